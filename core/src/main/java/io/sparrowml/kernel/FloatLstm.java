package io.sparrowml.kernel;

import static io.sparrowml.kernel.FloatGates.add;
import static io.sparrowml.kernel.FloatGates.addProduct;
import static io.sparrowml.kernel.FloatGates.product;
import static io.sparrowml.kernel.FloatGates.throughSigmoid;
import static io.sparrowml.kernel.FloatGates.throughTanh;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;

/** The loops of {@link Recurrence#lstm} in single precision. */
final class FloatLstm {
  private static final int GATES = 4;
  private static final int CELL = 4;
  private static final int HIDDEN = 5;

  // Places of working memory, behind those of the trace's planes and of the gradients of these.
  private static final int SLOPES = 6;
  private static final int ROWS = 12;
  private static final int PRODUCT = 13;
  private static final int REAL = 14;
  private static final int CELL_BEFORE = 15;
  private static final int HIDDEN_BEFORE = 16;
  private static final int SQUASHED = 17;

  private final Scratch scratch;
  private final FloatGates loops;

  FloatLstm(Scratch scratch, FloatGates loops) {
    this.scratch = scratch;
    this.loops = loops;
  }

  /**
   * Fills the trace.
   *
   * @param products by place in the order; each gives the recurrent sums {@code [n, 4 units]} at
   *     the beginning of its step's planes
   */
  void forward(Scan scan, Kernel[] products, Tensor gates, Tensor trace) {
    int size = scan.size();
    float[] rows = scratch.floats(ROWS, GATES * size);
    float[] sums = scratch.floats(PRODUCT, GATES * size);
    float[] real = scratch.floats(REAL, scan.n());
    float[] cellBefore = scratch.zeroFloats(CELL_BEFORE, size);
    float[] hiddenBefore = scratch.zeroFloats(HIDDEN_BEFORE, size);
    for (int place = 0; place < scan.steps(); place++) {
      int step = scan.at(place);
      gates.read(step * GATES * size, rows, 0, GATES * size);
      if (place > 0) {
        products[place].run();
        trace.read(scan.plane(step, 0), sums, 0, GATES * size);
        add(sums, rows, GATES * size);
      }
      scan.readMask(step, real);
      step(scan, rows, real, cellBefore, hiddenBefore);
      for (int plane = 0; plane < scan.planes(); plane++) {
        trace.write(scan.plane(step, plane), scratch.floats(plane, size), 0, size);
      }
      System.arraycopy(scratch.floats(CELL, size), 0, cellBefore, 0, size);
      System.arraycopy(scratch.floats(HIDDEN, size), 0, hiddenBefore, 0, size);
    }
  }

  /** The planes of a step from its sums. */
  private void step(
      Scan scan, float[] rows, float[] real, float[] cellBefore, float[] hiddenBefore) {
    int size = scan.size();
    float[] i = scratch.floats(0, size);
    float[] f = scratch.floats(1, size);
    float[] g = scratch.floats(2, size);
    float[] o = scratch.floats(3, size);
    float[] c = scratch.floats(CELL, size);
    float[] h = scratch.floats(HIDDEN, size);
    for (int gate = 0; gate < GATES; gate++) {
      scan.take(rows, GATES, gate, scratch.floats(gate, size));
    }
    loops.sigmoid(i, size);
    loops.sigmoid(f, size);
    loops.tanh(g, g, size);
    loops.sigmoid(o, size);
    product(f, cellBefore, c, size);
    addProduct(i, g, c, size);
    loops.tanh(c, h, size);
    product(o, h, h, size);
    for (int gate = 0; gate < GATES; gate++) {
      scan.clearMasked(real, scratch.floats(gate, size));
    }
    scan.keepMasked(real, cellBefore, c);
    scan.keepMasked(real, hiddenBefore, h);
  }

  /**
   * Fills the gradient with respect to the gates.
   *
   * @param products by place in the order; each gives what its step's sums give to the state
   *     before, {@code [n, units]}, at the beginning of the step before
   */
  void backward(Scan scan, Kernel[] products, Tensor trace, Tensor dTrace, Tensor dGates) {
    int size = scan.size();
    float[] rows = scratch.floats(ROWS, GATES * size);
    float[] real = scratch.floats(REAL, scan.n());
    float[] before = scratch.floats(CELL_BEFORE, size);
    float[] dc = scratch.floats(SLOPES + CELL, size);
    float[] dh = scratch.floats(SLOPES + HIDDEN, size);
    float[] carriedCell = scratch.zeroFloats(PRODUCT, size);
    float[] carriedHidden = scratch.zeroFloats(HIDDEN_BEFORE, size);
    for (int place = scan.steps() - 1; place >= 0; place--) {
      int step = scan.at(place);
      for (int plane = 0; plane < scan.planes(); plane++) {
        trace.read(scan.plane(step, plane), scratch.floats(plane, size), 0, size);
        dTrace.read(scan.plane(step, plane), scratch.floats(SLOPES + plane, size), 0, size);
      }
      readCellBefore(scan, place, trace, before);
      add(carriedCell, dc, size);
      add(carriedHidden, dh, size);
      if (place + 1 < scan.steps()) {
        float[] product = scratch.floats(SQUASHED, size);
        dGates.read(step * GATES * size, product, 0, size);
        add(product, dh, size);
      }
      step(size, before, carriedCell);
      scan.readMask(step, real);
      Arrays.fill(carriedHidden, 0, size, 0);
      scan.keepMasked(real, dc, carriedCell);
      scan.keepMasked(real, dh, carriedHidden);
      for (int gate = 0; gate < GATES; gate++) {
        scan.clearMasked(real, scratch.floats(SLOPES + gate, size));
        scan.put(scratch.floats(SLOPES + gate, size), rows, GATES, gate);
      }
      dGates.write(step * GATES * size, rows, 0, GATES * size);
      if (place > 0) {
        products[place].run();
      }
    }
  }

  private static void readCellBefore(Scan scan, int place, Tensor trace, float[] before) {
    if (place == 0) {
      Arrays.fill(before, 0, scan.size(), 0);
    } else {
      trace.read(scan.plane(scan.at(place - 1), CELL), before, 0, scan.size());
    }
  }

  /** From the gradients of a step's planes to those of its sums, and of the cell before. */
  private void step(int size, float[] cellBefore, float[] carriedCell) {
    float[] i = scratch.floats(0, size);
    float[] f = scratch.floats(1, size);
    float[] g = scratch.floats(2, size);
    float[] o = scratch.floats(3, size);
    float[] dI = scratch.floats(SLOPES, size);
    float[] dF = scratch.floats(SLOPES + 1, size);
    float[] dG = scratch.floats(SLOPES + 2, size);
    float[] dO = scratch.floats(SLOPES + 3, size);
    float[] dh = scratch.floats(SLOPES + HIDDEN, size);
    float[] squashed = scratch.floats(SQUASHED, size);
    loops.tanh(scratch.floats(CELL, size), squashed, size);
    addProduct(dh, squashed, dO, size);
    float[] dCell = squashed;
    throughCell(o, dh, scratch.floats(SLOPES + CELL, size), dCell, size);
    addProduct(dCell, g, dI, size);
    addProduct(dCell, cellBefore, dF, size);
    addProduct(dCell, i, dG, size);
    product(dCell, f, carriedCell, size);
    throughSigmoid(i, dI, size);
    throughSigmoid(f, dF, size);
    throughTanh(g, dG, size);
    throughSigmoid(o, dO, size);
  }

  /** Replaces {@code y = tanh(c)} by {@code dc + dh o (1 - y^2)}. */
  private static void throughCell(float[] o, float[] dh, float[] dc, float[] y, int size) {
    for (int k = 0; k < size; k++) {
      y[k] = dc[k] + dh[k] * o[k] * (1 - y[k] * y[k]);
    }
  }
}
