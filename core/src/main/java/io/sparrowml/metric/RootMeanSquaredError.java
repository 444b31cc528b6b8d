package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;

/**
 * The square root of the mean of {@code (y - x)^2} of outputs x and targets y, in the unit of the
 * targets. Of several outputs, that of all numbers together; scikit-learn has the mean of their
 * roots.
 */
public record RootMeanSquaredError() implements Metric {
  @Override
  public String name() {
    return "root-mean-squared-error";
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
      Mean.add(state, error * error);
    }
    return state;
  }

  @Override
  public long[] merge(long[] state, long[] other) {
    return Mean.merge(state, other);
  }

  @Override
  public double result(long[] state) {
    return StrictMath.sqrt(Mean.result(state));
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
