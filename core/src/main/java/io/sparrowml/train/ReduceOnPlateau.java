package io.sparrowml.train;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.metric.MetricSet;

/**
 * When to reduce the learning rate: when a metric has not improved for some epochs. It is decided
 * once for the whole cluster, after an epoch, and holds from the next update on, on top of the
 * schedule.
 *
 * <p>The factor, patience and cooldown are PyTorch's {@code ReduceLROnPlateau}'s, but that waits
 * one epoch more, and its threshold is relative, {@code 1e-4} of the best.
 *
 * @param metric its name in the history, such as {@code validation.loss}
 * @param factor by which the rate is multiplied, in (0, 1)
 * @param patience how many epochs without improvement it takes, at least 1
 * @param minChange by how much a better value must be better
 * @param cooldown how many epochs after a reduction do not count
 * @param minRate the rate below which it is not reduced
 */
public record ReduceOnPlateau(
    @Default("validation.loss") String metric,
    @Default("0.1") double factor,
    @Default("10") int patience,
    @Default("0") double minChange,
    @Default("0") int cooldown,
    @Default("0") double minRate) {
  /** Checks the ranges. */
  public ReduceOnPlateau {
    if (!(factor > 0 && factor < 1)) {
      throw new ConfigException("factor: expects a number in (0, 1), got " + factor);
    }
    Improvement.check(patience, minChange);
    if (cooldown < 0) {
      throw new ConfigException("cooldown: expects at least 0 epochs, got " + cooldown);
    }
    if (!(minRate >= 0)) {
      throw new ConfigException("min-rate: expects at least 0, got " + minRate);
    }
  }

  /** Whether larger values of the metric are better. */
  public boolean ascends(MetricSet measured) {
    return Improvement.ascends(metric, measured);
  }

  /** Where a training stands: no epoch has ended. */
  public Plateau start() {
    return new Plateau(this, Double.NaN, 0, 0, 1);
  }
}
