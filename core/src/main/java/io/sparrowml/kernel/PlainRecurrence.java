package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Recurrence as its formulas say: sample by sample, step by step. */
final class PlainRecurrence implements Recurrence {
  private final PlainLstm lstm;
  private final PlainGru gru;

  PlainRecurrence(Scratch scratch) {
    this.lstm = new PlainLstm(scratch);
    this.gru = new PlainGru(scratch);
  }

  @Override
  public Kernel lstm(
      Tensor gates, Tensor kernel, @Nullable Tensor mask, boolean reverse, Tensor trace) {
    Scan scan = Scan.over(trace, mask, reverse);
    return () -> {
      for (int row = 0; row < scan.n(); row++) {
        lstm.forward(scan, row, gates, kernel, trace);
      }
    };
  }

  @Override
  public Kernel lstmGradient(
      Tensor kernel,
      @Nullable Tensor mask,
      boolean reverse,
      Tensor trace,
      Tensor dTrace,
      Tensor dGates) {
    Scan scan = Scan.over(trace, mask, reverse);
    return () -> {
      for (int row = 0; row < scan.n(); row++) {
        lstm.backward(scan, row, kernel, trace, dTrace, dGates);
      }
    };
  }

  @Override
  public Kernel gru(
      Tensor gates,
      Tensor kernel,
      Tensor bias,
      @Nullable Tensor mask,
      boolean reverse,
      Tensor trace) {
    Scan scan = Scan.over(trace, mask, reverse);
    return () -> {
      for (int row = 0; row < scan.n(); row++) {
        gru.forward(scan, row, gates, kernel, bias, trace);
      }
    };
  }

  @Override
  public Kernel gruGradient(
      Tensor kernel,
      @Nullable Tensor mask,
      boolean reverse,
      Tensor trace,
      Tensor dTrace,
      Tensor out) {
    Scan scan = Scan.over(trace, mask, reverse);
    return () -> {
      for (int row = 0; row < scan.n(); row++) {
        gru.backward(scan, row, kernel, trace, dTrace, out);
      }
    };
  }

  /** Adds the product of a state {@code [units]} with a kernel {@code [units, gates]} to sums. */
  static void addProduct(double[] state, double[] kernel, double[] sums, int units, int gates) {
    for (int k = 0; k < units; k++) {
      for (int j = 0; j < gates; j++) {
        sums[j] += state[k] * kernel[k * gates + j];
      }
    }
  }

  /** Adds what sums {@code [gates]} give to the state {@code [units]} they came from. */
  static void addBack(double[] dSums, double[] kernel, double[] dState, int units, int gates) {
    for (int k = 0; k < units; k++) {
      for (int j = 0; j < gates; j++) {
        dState[k] += dSums[j] * kernel[k * gates + j];
      }
    }
  }

  static void add(double[] x, double[] sum, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += x[i];
    }
  }

  static double sigmoid(double x) {
    return Unary.SIGMOID.apply(x, 0);
  }
}
