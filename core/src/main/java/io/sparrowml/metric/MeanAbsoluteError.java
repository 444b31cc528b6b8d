package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;

/** The mean of {@code |y - x|} of outputs x and targets y, over all outputs of all samples. */
public record MeanAbsoluteError() implements Metric {
  @Override
  public String name() {
    return "mean-absolute-error";
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
      Mean.add(state, Math.abs(error));
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
