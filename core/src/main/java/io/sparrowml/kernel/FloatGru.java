package io.sparrowml.kernel;

import static io.sparrowml.kernel.FloatGates.add;
import static io.sparrowml.kernel.FloatGates.addProduct;
import static io.sparrowml.kernel.FloatGates.throughSigmoid;
import static io.sparrowml.kernel.FloatGates.throughTanh;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;

/** The loops of {@link Recurrence#gru} in single precision. */
final class FloatGru {
  private static final int GATES = 3;
  private static final int CANDIDATE = 2;
  private static final int RECURRENT = 3;
  private static final int HIDDEN = 4;

  // Places of working memory, behind those of the trace's planes and of the gradients of these.
  private static final int SLOPES = 5;
  private static final int ROWS = 10;
  private static final int SUMS = 11;
  private static final int REAL = 12;
  private static final int BEFORE = 13;
  private static final int PART = 14;
  private static final int BIAS = 15;

  private final Scratch scratch;
  private final FloatGates loops;

  FloatGru(Scratch scratch, FloatGates loops) {
    this.scratch = scratch;
    this.loops = loops;
  }

  /**
   * Fills the trace.
   *
   * @param products by place in the order; each gives the recurrent sums {@code [n, 3 units]} at
   *     the beginning of its step's planes
   */
  void forward(Scan scan, Kernel[] products, Tensor gates, Tensor bias, Tensor trace) {
    int size = scan.size();
    float[] rows = scratch.floats(ROWS, GATES * size);
    float[] sums = scratch.zeroFloats(SUMS, GATES * size);
    float[] real = scratch.floats(REAL, scan.n());
    float[] before = scratch.zeroFloats(BEFORE, size);
    float[] biases = repeated(scan, bias);
    for (int place = 0; place < scan.steps(); place++) {
      int step = scan.at(place);
      gates.read(step * GATES * size, rows, 0, GATES * size);
      if (place > 0) {
        products[place].run();
        trace.read(scan.plane(step, 0), sums, 0, GATES * size);
      }
      scan.readMask(step, real);
      step(scan, rows, sums, biases, before);
      for (int plane = 0; plane < HIDDEN; plane++) {
        scan.clearMasked(real, scratch.floats(plane, size));
      }
      float[] h = scratch.floats(HIDDEN, size);
      scan.keepMasked(real, before, h);
      for (int plane = 0; plane < scan.planes(); plane++) {
        trace.write(scan.plane(step, plane), scratch.floats(plane, size), 0, size);
      }
      System.arraycopy(h, 0, before, 0, size);
    }
  }

  /** The bias for each sample. */
  private float[] repeated(Scan scan, Tensor bias) {
    float[] all = scratch.floats(BIAS, scan.size());
    for (int row = 0; row < scan.n(); row++) {
      bias.read(0, all, row * scan.units(), scan.units());
    }
    return all;
  }

  /** The planes of a step from its sums. */
  private void step(Scan scan, float[] rows, float[] sums, float[] biases, float[] before) {
    int size = scan.size();
    float[] r = scratch.floats(0, size);
    float[] z = scratch.floats(1, size);
    float[] n = scratch.floats(CANDIDATE, size);
    float[] q = scratch.floats(RECURRENT, size);
    scan.take(sums, GATES, CANDIDATE, q);
    add(biases, q, size);
    scan.take(rows, GATES, CANDIDATE, n);
    add(sums, rows, GATES * size);
    scan.take(rows, GATES, 0, r);
    scan.take(rows, GATES, 1, z);
    loops.sigmoid(r, size);
    loops.sigmoid(z, size);
    addProduct(r, q, n, size);
    loops.tanh(n, n, size);
    blend(z, n, before, scratch.floats(HIDDEN, size), size);
  }

  /** {@code h = (1 - z) n + z before}. */
  private static void blend(float[] z, float[] n, float[] before, float[] h, int size) {
    for (int k = 0; k < size; k++) {
      h[k] = n[k] + z[k] * (before[k] - n[k]);
    }
  }

  /**
   * Fills the gradients with respect to the gates and to the recurrent sums.
   *
   * @param products by place in the order; each gives what its step's sums give to the state
   *     before, {@code [n, units]}, at the beginning of the step before
   */
  void backward(Scan scan, Kernel[] products, Tensor trace, Tensor dTrace, Tensor out) {
    int size = scan.size();
    float[] rows = scratch.floats(ROWS, GATES * size);
    float[] real = scratch.floats(REAL, scan.n());
    float[] dh = scratch.floats(SLOPES + HIDDEN, size);
    float[] carried = scratch.zeroFloats(SUMS, size);
    for (int place = scan.steps() - 1; place >= 0; place--) {
      int step = scan.at(place);
      for (int plane = 0; plane < scan.planes(); plane++) {
        trace.read(scan.plane(step, plane), scratch.floats(plane, size), 0, size);
        dTrace.read(scan.plane(step, plane), scratch.floats(SLOPES + plane, size), 0, size);
      }
      add(carried, dh, size);
      if (place + 1 < scan.steps()) {
        float[] product = scratch.floats(PART, size);
        out.read(step * 2 * GATES * size, product, 0, size);
        add(product, dh, size);
      }
      step(size, before(scan, place, trace), carried);
      scan.readMask(step, real);
      scan.keepMasked(real, dh, carried);
      for (int plane = 0; plane < HIDDEN; plane++) {
        scan.clearMasked(real, scratch.floats(SLOPES + plane, size));
      }
      for (int gate = 0; gate < GATES; gate++) {
        scan.put(scratch.floats(SLOPES + gate, size), rows, GATES, gate);
      }
      out.write(step * 2 * GATES * size, rows, 0, GATES * size);
      scan.put(scratch.floats(SLOPES + RECURRENT, size), rows, GATES, CANDIDATE);
      out.write((step * 2 + 1) * GATES * size, rows, 0, GATES * size);
      if (place > 0) {
        products[place].run();
      }
    }
  }

  /** The state before the step at a place. */
  private float[] before(Scan scan, int place, Tensor trace) {
    float[] before = scratch.floats(BEFORE, scan.size());
    if (place == 0) {
      Arrays.fill(before, 0, scan.size(), 0);
    } else {
      trace.read(scan.plane(scan.at(place - 1), HIDDEN), before, 0, scan.size());
    }
    return before;
  }

  /** From the gradients of a step's planes to those of its sums, and of the state before. */
  private void step(int size, float[] before, float[] carried) {
    float[] r = scratch.floats(0, size);
    float[] z = scratch.floats(1, size);
    float[] n = scratch.floats(CANDIDATE, size);
    float[] q = scratch.floats(RECURRENT, size);
    float[] dR = scratch.floats(SLOPES, size);
    float[] dZ = scratch.floats(SLOPES + 1, size);
    float[] dN = scratch.floats(SLOPES + CANDIDATE, size);
    float[] dQ = scratch.floats(SLOPES + RECURRENT, size);
    throughBlend(n, before, scratch.floats(SLOPES + HIDDEN, size), dZ, size);
    throughShares(z, scratch.floats(SLOPES + HIDDEN, size), dN, carried, size);
    throughTanh(n, dN, size);
    addProduct(dN, q, dR, size);
    addProduct(dN, r, dQ, size);
    throughSigmoid(r, dR, size);
    throughSigmoid(z, dZ, size);
  }

  /** {@code dz += dh (before - n)}. */
  private static void throughBlend(float[] n, float[] before, float[] dh, float[] dz, int size) {
    for (int k = 0; k < size; k++) {
      dz[k] += dh[k] * (before[k] - n[k]);
    }
  }

  /** {@code dn += dh (1 - z)}, and {@code dh z} for the state before. */
  private static void throughShares(float[] z, float[] dh, float[] dn, float[] carried, int size) {
    for (int k = 0; k < size; k++) {
      dn[k] += dh[k] * (1 - z[k]);
      carried[k] = dh[k] * z[k];
    }
  }
}
