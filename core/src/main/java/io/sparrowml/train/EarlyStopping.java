package io.sparrowml.train;

import io.sparrowml.config.Default;
import io.sparrowml.metric.MetricSet;

/**
 * When to stop before the last epoch (Prechelt, <em>Early stopping, but when?</em>, 1998): when a
 * metric has not improved for some epochs. The weights of the best epoch are what training ends
 * with.
 *
 * @param metric its name in the history, such as {@code validation.loss} or {@code validation.f1.3}
 * @param patience how many epochs without improvement are allowed, at least 1
 * @param minChange by how much a better value must be better
 */
public record EarlyStopping(
    @Default("validation.loss") String metric,
    @Default("3") int patience,
    @Default("0") double minChange) {
  /** Checks the ranges. */
  public EarlyStopping {
    Improvement.check(patience, minChange);
  }

  /** Whether larger values of the metric are better. */
  public boolean ascends(MetricSet measured) {
    return Improvement.ascends(metric, measured);
  }

  /**
   * Whether a value is better than the best so far by enough.
   *
   * @param best not a number where there is none yet
   * @param ascends whether larger is better
   */
  public boolean improves(double value, double best, boolean ascends) {
    return Improvement.of(value, best, minChange, ascends);
  }
}
