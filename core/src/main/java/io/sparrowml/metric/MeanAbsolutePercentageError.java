package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;

/**
 * The mean of {@code |y - x| / |y|} of outputs x and targets y, over all outputs of all samples:
 * 0.1 is 10 %. A divisor below {@code 2^-52} counts as that, as in scikit-learn, so one target of 0
 * makes it huge.
 */
public record MeanAbsolutePercentageError() implements Metric {
  private static final double SMALLEST = 0x1p-52;

  @Override
  public String name() {
    return "mean-absolute-percentage-error";
  }

  @Override
  public long[] zero() {
    return Mean.zero();
  }

  @Override
  public long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    Samples samples = Samples.ofNumbers(name(), outputs, targets, rows);
    for (int i = 0; i < samples.count() * samples.units(); i++) {
      double error = samples.number(i) - samples.prediction(i);
      Mean.add(state, Math.abs(error) / Math.max(Math.abs(samples.number(i)), SMALLEST));
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

  @Override
  public void check(Task task) {
    task.requireNumbers(name());
  }
}
