package io.sparrowml.train;

import io.sparrowml.config.ConfigException;
import io.sparrowml.metric.MetricSet;

/** When a metric counts as better than its best so far. */
final class Improvement {
  private Improvement() {}

  /**
   * Whether a value is better than the best so far by enough.
   *
   * @param best not a number where there is none yet
   * @param ascends whether larger is better
   */
  static boolean of(double value, double best, double minChange, boolean ascends) {
    if (Double.isNaN(best)) {
      return !Double.isNaN(value);
    }
    return ascends ? value > best + minChange : value < best - minChange;
  }

  static void check(int patience, double minChange) {
    if (patience < 1) {
      throw new ConfigException("patience: expects at least 1 epoch, got " + patience);
    }
    if (!(minChange >= 0)) {
      throw new ConfigException("min-change: expects at least 0, got " + minChange);
    }
  }

  /** Whether larger values of a metric are better, named behind its split: validation.loss. */
  static boolean ascends(String metric, MetricSet measured) {
    return measured.ascends(metric.substring(metric.indexOf('.') + 1));
  }
}
