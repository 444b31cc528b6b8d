package io.sparrowml.spark.cluster;

import io.sparrowml.autograd.Timings;
import io.sparrowml.spark.server.Laps;
import io.sparrowml.train.Phase;
import io.sparrowml.train.StepProfile;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Measures what a compute slot spends the time of its steps on; belongs to its thread. */
final class Stopwatch implements Laps {
  private final LongSupplier clock;
  private final Map<Phase, Long> spent = new EnumMap<>(Phase.class);
  private boolean running;
  private long since;
  private long steps;

  /**
   * A stopwatch at zero.
   *
   * @param clock nanoseconds, never going back
   */
  Stopwatch(LongSupplier clock) {
    this.clock = clock;
  }

  /** A step begins. */
  void start() {
    running = true;
    since = clock.getAsLong();
  }

  /** Ignored between steps. */
  @Override
  public void done(Phase phase) {
    if (running) {
      long now = clock.getAsLong();
      spent.merge(phase, now - since, Long::sum);
      since = now;
    }
  }

  /** A step has ended; ignored where none has begun. */
  void stop() {
    if (running) {
      done(Phase.OTHER);
      running = false;
      steps++;
    }
  }

  /**
   * All that was measured.
   *
   * @param timings of the layers, while {@link Phase#OTHER} was measured
   */
  StepProfile profile(Timings timings) {
    return StepProfile.of(steps, spent, timings);
  }
}
