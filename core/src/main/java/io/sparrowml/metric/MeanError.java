package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;

/** A mean over all outputs of all samples of how far outputs are from targets that are numbers. */
interface MeanError extends Metric {
  /** How far an output is from its target. */
  double error(double target, double output);

  @Override
  default long[] zero() {
    return Mean.zero();
  }

  @Override
  default long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    Samples samples = Samples.ofNumbers(name(), outputs, targets, rows);
    for (int i = 0; i < samples.count() * samples.units(); i++) {
      Mean.add(state, error(samples.number(i), samples.prediction(i)));
    }
    return state;
  }

  @Override
  default long[] merge(long[] state, long[] other) {
    return Mean.merge(state, other);
  }

  @Override
  default double result(long[] state) {
    return Mean.result(state);
  }

  @Override
  default boolean ascends() {
    return false;
  }

  @Override
  default void check(Task task) {
    task.requireNumbers(name());
  }
}
