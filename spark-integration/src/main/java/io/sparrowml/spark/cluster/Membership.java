package io.sparrowml.spark.cluster;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Ranges;
import io.sparrowml.train.OnStraggler;
import java.time.Duration;

/**
 * Who is to take part in a training: nothing of it changes a bit of the result.
 *
 * @param slots how many compute threads the cluster has for this
 * @param minSlots with how many training begins, and goes on, where the others do not come
 * @param startTimeout how long to wait for them
 * @param deadline how long anything is waited for once training goes on
 * @param onStraggler what becomes of a node that is much slower than the others
 */
public record Membership(
    int slots, int minSlots, Duration startTimeout, Duration deadline, OnStraggler onStraggler) {

  /** Checks what belongs together. */
  public Membership {
    Ranges.atLeastOne("cluster.slots", slots);
    Ranges.atLeastOne("cluster.min-slots", minSlots);
    if (minSlots > slots) {
      throw new ConfigException(
          "cluster.min-slots: expects at most cluster.slots, %d, got %d"
              .formatted(slots, minSlots));
    }
  }

  /** So many slots, or any number of them where not all come in time. */
  public static Membership of(int slots, Duration patience) {
    return new Membership(slots, 1, patience, patience, OnStraggler.REPORT);
  }
}
