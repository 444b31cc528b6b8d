package io.sparrowml.spark.cli;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;

/**
 * The {@code checkpoint:} section of a configuration: what a training that was cut short goes on
 * from.
 *
 * @param every so many epochs
 * @param keep so many of the newest
 */
public record CheckpointConfig(@Default("1") int every, @Default("2") int keep) {
  /** Checks the ranges. */
  public CheckpointConfig {
    Ranges.atLeastOne("every", every);
    Ranges.atLeastOne("keep", keep);
  }
}
