package io.sparrowml.spark.cli;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.train.Compression;
import io.sparrowml.train.Mode;
import io.sparrowml.train.OnStraggler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The {@code cluster:} section of a configuration.
 *
 * @param logicalWorkers how many streams the training data is cut into: this decides the bits of
 *     the result, the size of the cluster does not
 * @param mode how the workers' updates come together
 * @param compression in how many bytes gradients travel
 * @param slots compute slots to wait for; as many as the cluster has unless given
 * @param minSlots with how many training begins, and goes on, where the others do not come
 * @param startTimeout how long to wait for them
 * @param deadline how long to wait for anything else
 * @param onStraggler what becomes of an executor that is much slower than the others
 */
public record ClusterConfig(
    @Default("8") int logicalWorkers,
    @Default("sync") Mode mode,
    @Default("none") Compression compression,
    @Nullable Integer slots,
    @Default("1") int minSlots,
    @Default("2m") Duration startTimeout,
    @Default("30s") Duration deadline,
    @Default("report") OnStraggler onStraggler) {

  /** Checks the ranges. */
  public ClusterConfig {
    Ranges.atLeastOne("logical-workers", logicalWorkers);
    if (slots != null) {
      Ranges.atLeastOne("slots", slots);
    }
    Ranges.atLeastOne("min-slots", minSlots);
    if (slots != null && minSlots > slots) {
      throw new ConfigException(
          "min-slots: expects at most the slots, %d, got %d".formatted(slots, minSlots));
    }
    checkTime("start-timeout", startTimeout);
    checkTime("deadline", deadline);
  }

  private static void checkTime(String key, Duration duration) {
    if (duration.isZero()) {
      throw new ConfigException(key + ": expects more than no time, got 0s");
    }
  }
}
