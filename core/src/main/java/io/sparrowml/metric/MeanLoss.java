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
    return Mean.zero();
  }

  @Override
  public long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    float[] numbers = losses.toFloats();
    for (int i = 0; i < rows; i++) {
      Mean.add(state, numbers[i]);
    }
    return state;
  }

  @Override
  public long[] merge(long[] state, long[] other) {
    return Mean.merge(state, other);
  }

  @Override
  public double result(long[] state) {
    return Mean.result(state);
  }

  @Override
  public boolean ascends() {
    return false;
  }
}
