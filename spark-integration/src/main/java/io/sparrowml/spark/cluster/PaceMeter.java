package io.sparrowml.spark.cluster;

import io.sparrowml.spark.wire.Pace;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Measures how long a node's compute threads need for logical workers' parts of steps: what they
 * compute, not what they wait for. Safe for use by several threads.
 */
final class PaceMeter {
  private final LongSupplier clock;
  private final Map<Integer, Long> since = new HashMap<>(); // by compute slot
  private long computed;
  private long nanos;

  /**
   * A meter at zero.
   *
   * @param clock nanoseconds, never going back
   */
  PaceMeter(LongSupplier clock) {
    this.clock = clock;
  }

  /** A generation begins. */
  synchronized void reset() {
    since.clear();
    computed = 0;
    nanos = 0;
  }

  /** A compute thread begins with a worker's part, or goes on with it. */
  synchronized void begin(int slot) {
    since.put(slot, clock.getAsLong());
  }

  /** A compute thread waits for others, and goes on with {@link #begin}. */
  synchronized void pause(int slot) {
    Long begun = since.remove(slot);
    if (begun != null) {
      nanos += clock.getAsLong() - begun;
    }
  }

  /** A compute thread is done with it. */
  synchronized void end(int slot) {
    if (since.containsKey(slot)) {
      pause(slot);
      computed++;
    }
  }

  /** What there has been in this generation. */
  synchronized Pace read(int generation, long step) {
    long now = clock.getAsLong();
    long under = since.values().stream().mapToLong(begun -> now - begun).sum();
    return new Pace(generation, step, computed, nanos + under);
  }
}
