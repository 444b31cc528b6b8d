package io.sparrowml.kernel;

import static io.sparrowml.kernel.PlainRecurrence.sigmoid;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;

/** {@link Recurrence#lstm} for one sample. */
final class PlainLstm {
  private static final int CELL = 4;
  private static final int HIDDEN = 5;

  private final Scratch scratch;

  PlainLstm(Scratch scratch) {
    this.scratch = scratch;
  }

  void forward(Scan scan, int row, Tensor gates, Tensor kernel, Tensor trace) {
    int u = scan.units();
    double[] weights = scratch.doubles(6, kernel);
    double[] sums = scratch.doubles(7, 4 * u);
    scratch.zeros(CELL, u);
    double[] h = scratch.zeros(HIDDEN, u);
    for (int place = 0; place < scan.steps(); place++) {
      int step = scan.at(place);
      if (scan.isReal(step, row, scratch.doubles(8, 1))) {
        gates.read((step * scan.n() + row) * 4 * u, sums, 4 * u);
        PlainRecurrence.addProduct(h, weights, sums, u, 4 * u);
        step(sums, u);
      } else {
        for (int gate = 0; gate < 4; gate++) {
          scratch.zeros(gate, u);
        }
      }
      for (int plane = 0; plane < scan.planes(); plane++) {
        trace.write(scan.plane(step, plane) + row * u, scratch.doubles(plane, u), u);
      }
    }
  }

  private void step(double[] sums, int u) {
    double[] i = scratch.doubles(0, u);
    double[] f = scratch.doubles(1, u);
    double[] g = scratch.doubles(2, u);
    double[] o = scratch.doubles(3, u);
    double[] c = scratch.doubles(CELL, u);
    double[] h = scratch.doubles(HIDDEN, u);
    for (int k = 0; k < u; k++) {
      i[k] = sigmoid(sums[k]);
      f[k] = sigmoid(sums[u + k]);
      g[k] = Math.tanh(sums[2 * u + k]);
      o[k] = sigmoid(sums[3 * u + k]);
      c[k] = f[k] * c[k] + i[k] * g[k];
      h[k] = o[k] * Math.tanh(c[k]);
    }
  }

  void backward(Scan scan, int row, Tensor kernel, Tensor trace, Tensor dTrace, Tensor dGates) {
    int u = scan.units();
    double[] weights = scratch.doubles(12, kernel);
    double[] dSums = scratch.doubles(13, 4 * u);
    double[] dc = scratch.zeros(14, u);
    double[] dh = scratch.zeros(15, u);
    for (int place = scan.steps() - 1; place >= 0; place--) {
      int step = scan.at(place);
      for (int plane = 0; plane < scan.planes(); plane++) {
        int at = scan.plane(step, plane) + row * u;
        trace.read(at, scratch.doubles(plane, u), u);
        dTrace.read(at, scratch.doubles(6 + plane, u), u);
      }
      PlainRecurrence.add(scratch.doubles(6 + CELL, u), dc, u);
      PlainRecurrence.add(scratch.doubles(6 + HIDDEN, u), dh, u);
      if (scan.isReal(step, row, scratch.doubles(16, 1))) {
        double[] before = scratch.zeros(17, u);
        if (place > 0) {
          trace.read(scan.plane(scan.at(place - 1), CELL) + row * u, before, u);
        }
        stepBack(before, dSums, dc, dh, u);
        Arrays.fill(dh, 0, u, 0);
        PlainRecurrence.addBack(dSums, weights, dh, u, 4 * u);
      } else {
        Arrays.fill(dSums, 0, 4 * u, 0);
      }
      dGates.write((step * scan.n() + row) * 4 * u, dSums, 4 * u);
    }
  }

  /** Gradients of the sums, and that of the cell before in place of that of the cell. */
  private void stepBack(double[] before, double[] dSums, double[] dc, double[] dh, int u) {
    double[] i = scratch.doubles(0, u);
    double[] f = scratch.doubles(1, u);
    double[] g = scratch.doubles(2, u);
    double[] o = scratch.doubles(3, u);
    double[] c = scratch.doubles(CELL, u);
    for (int k = 0; k < u; k++) {
      double y = Math.tanh(c[k]);
      double dCell = dc[k] + dh[k] * o[k] * (1 - y * y);
      double dI = scratch.doubles(6, u)[k] + dCell * g[k];
      double dF = scratch.doubles(7, u)[k] + dCell * before[k];
      double dG = scratch.doubles(8, u)[k] + dCell * i[k];
      double dO = scratch.doubles(9, u)[k] + dh[k] * y;
      dSums[k] = dI * i[k] * (1 - i[k]);
      dSums[u + k] = dF * f[k] * (1 - f[k]);
      dSums[2 * u + k] = dG * (1 - g[k] * g[k]);
      dSums[3 * u + k] = dO * o[k] * (1 - o[k]);
      dc[k] = dCell * f[k];
    }
  }
}
