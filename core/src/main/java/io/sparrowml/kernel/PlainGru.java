package io.sparrowml.kernel;

import static io.sparrowml.kernel.PlainRecurrence.sigmoid;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;

/** {@link Recurrence#gru} for one sample. */
final class PlainGru {
  private static final int HIDDEN = 4;

  private final Scratch scratch;

  PlainGru(Scratch scratch) {
    this.scratch = scratch;
  }

  void forward(Scan scan, int row, Tensor gates, Tensor kernel, Tensor bias, Tensor trace) {
    int u = scan.units();
    double[] weights = scratch.doubles(5, kernel);
    double[] inputs = scratch.doubles(6, 3 * u);
    double[] biases = scratch.doubles(9, bias);
    double[] h = scratch.zeros(HIDDEN, u);
    for (int place = 0; place < scan.steps(); place++) {
      int step = scan.at(place);
      if (scan.isReal(step, row, scratch.doubles(8, 1))) {
        gates.read((step * scan.n() + row) * 3 * u, inputs, 3 * u);
        double[] sums = scratch.zeros(7, 3 * u);
        PlainRecurrence.addProduct(h, weights, sums, u, 3 * u);
        step(inputs, sums, biases, u);
      } else {
        for (int plane = 0; plane < HIDDEN; plane++) {
          scratch.zeros(plane, u);
        }
      }
      for (int plane = 0; plane < scan.planes(); plane++) {
        trace.write(scan.plane(step, plane) + row * u, scratch.doubles(plane, u), u);
      }
    }
  }

  private void step(double[] inputs, double[] sums, double[] bias, int u) {
    double[] r = scratch.doubles(0, u);
    double[] z = scratch.doubles(1, u);
    double[] n = scratch.doubles(2, u);
    double[] q = scratch.doubles(3, u);
    double[] h = scratch.doubles(HIDDEN, u);
    for (int k = 0; k < u; k++) {
      r[k] = sigmoid(inputs[k] + sums[k]);
      z[k] = sigmoid(inputs[u + k] + sums[u + k]);
      q[k] = sums[2 * u + k] + bias[k];
      n[k] = Math.tanh(inputs[2 * u + k] + r[k] * q[k]);
      h[k] = (1 - z[k]) * n[k] + z[k] * h[k];
    }
  }

  void backward(Scan scan, int row, Tensor kernel, Tensor trace, Tensor dTrace, Tensor out) {
    int u = scan.units();
    double[] weights = scratch.doubles(10, kernel);
    double[] dInputs = scratch.doubles(11, 3 * u);
    double[] dSums = scratch.doubles(12, 3 * u);
    double[] dh = scratch.zeros(13, u);
    for (int place = scan.steps() - 1; place >= 0; place--) {
      int step = scan.at(place);
      for (int plane = 0; plane < scan.planes(); plane++) {
        int at = scan.plane(step, plane) + row * u;
        trace.read(at, scratch.doubles(plane, u), u);
        dTrace.read(at, scratch.doubles(5 + plane, u), u);
      }
      PlainRecurrence.add(scratch.doubles(5 + HIDDEN, u), dh, u);
      if (scan.isReal(step, row, scratch.doubles(14, 1))) {
        double[] before = scratch.zeros(15, u);
        if (place > 0) {
          trace.read(scan.plane(scan.at(place - 1), HIDDEN) + row * u, before, u);
        }
        stepBack(before, dInputs, dSums, dh, u);
        PlainRecurrence.addBack(dSums, weights, dh, u, 3 * u);
      } else {
        Arrays.fill(dInputs, 0, 3 * u, 0);
        Arrays.fill(dSums, 0, 3 * u, 0);
      }
      out.write((2 * step * scan.n() + row) * 3 * u, dInputs, 3 * u);
      out.write(((2 * step + 1) * scan.n() + row) * 3 * u, dSums, 3 * u);
    }
  }

  /** Gradients of inputs and sums, and the state's share of its own in place of its gradient. */
  private void stepBack(double[] before, double[] dInputs, double[] dSums, double[] dh, int u) {
    double[] r = scratch.doubles(0, u);
    double[] z = scratch.doubles(1, u);
    double[] n = scratch.doubles(2, u);
    double[] q = scratch.doubles(3, u);
    for (int k = 0; k < u; k++) {
      double dN = scratch.doubles(7, u)[k] + dh[k] * (1 - z[k]);
      double dCandidate = dN * (1 - n[k] * n[k]);
      double dR = scratch.doubles(5, u)[k] + dCandidate * q[k];
      double dZ = scratch.doubles(6, u)[k] + dh[k] * (before[k] - n[k]);
      dInputs[k] = dR * r[k] * (1 - r[k]);
      dInputs[u + k] = dZ * z[k] * (1 - z[k]);
      dInputs[2 * u + k] = dCandidate;
      dSums[k] = dInputs[k];
      dSums[u + k] = dInputs[u + k];
      dSums[2 * u + k] = scratch.doubles(8, u)[k] + dCandidate * r[k];
      dh[k] *= z[k];
    }
  }
}
