package io.sparrowml.spark.cluster;

import io.sparrowml.config.Ranges;
import io.sparrowml.spark.checkpoint.Checkpoint;
import io.sparrowml.spark.checkpoint.CheckpointStore;
import org.jspecify.annotations.Nullable;

/**
 * When a training is written down, and where.
 *
 * @param store that the driver and all executors reach
 * @param every so many epochs
 * @param everySteps also after every so many updates within an epoch; 0 for at its end alone
 * @param keep so many of the newest
 * @param from where to go on; null to begin anew
 */
public record Checkpointing(
    CheckpointStore store, int every, int everySteps, int keep, @Nullable Checkpoint from) {
  /** Checks the ranges. */
  public Checkpointing {
    Ranges.atLeastOne("every", every);
    Ranges.notNegative("every-steps", everySteps);
    Ranges.atLeastOne("keep", keep);
  }
}
