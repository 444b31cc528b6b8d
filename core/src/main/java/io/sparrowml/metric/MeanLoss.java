package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;

/** The mean of the samples' losses. */
public record MeanLoss() implements Metric {
  @Override
  public String name() {
    return "loss";
  }

  @Override
  public long[] zero() {
    return new long[1 + ExactSum.LENGTH];
  }

  @Override
  public void add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    float[] numbers = losses.toFloats();
    for (int i = 0; i < rows; i++) {
      ExactSum.add(state, 1, numbers[i]);
    }
    state[0] += rows;
  }

  @Override
  public void merge(long[] state, long[] other) {
    state[0] += other[0];
    ExactSum.merge(state, 1, other, 1);
  }

  @Override
  public double result(long[] state) {
    return ExactSum.value(state, 1) / state[0];
  }

  @Override
  public boolean ascends() {
    return false;
  }
}
