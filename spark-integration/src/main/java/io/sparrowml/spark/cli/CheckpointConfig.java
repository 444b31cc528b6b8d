package io.sparrowml.spark.cli;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import org.jspecify.annotations.Nullable;

/**
 * The {@code checkpoint:} section of a configuration: what a training that was cut short goes on
 * from.
 *
 * @param every so many epochs
 * @param everySteps also after every so many steps within an epoch; null for at its end alone
 * @param keep so many of the newest
 */
public record CheckpointConfig(
    @Default("1") int every, @Nullable Integer everySteps, @Default("2") int keep) {
  /** Checks the ranges. */
  public CheckpointConfig {
    Ranges.atLeastOne("every", every);
    if (everySteps != null) {
      Ranges.atLeastOne("every-steps", everySteps);
    }
    Ranges.atLeastOne("keep", keep);
  }
}
