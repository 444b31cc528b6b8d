package io.sparrowml.spark.cluster;

import io.sparrowml.spark.server.Laps;
import io.sparrowml.train.Phase;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Work for one compute thread from other threads: it is done while the thread waits for something.
 */
final class Mailbox {
  private final LinkedBlockingQueue<Runnable> letters = new LinkedBlockingQueue<>();
  private volatile boolean hearsDriver;
  private Laps laps = Laps.NONE;

  /** From now on tells these of waiting and of work; by the thread itself. */
  void time(Laps told) {
    laps = told;
  }

  /** Leaves work; from any thread. */
  void post(Runnable work) {
    letters.add(work);
  }

  /** Lets the thread look again at what it waits for; from any thread. */
  void wake() {
    letters.add(() -> {});
  }

  /**
   * The driver has shown that it is alive: keeps those waiting who wait for it; from any thread.
   */
  void heartbeat() {
    if (hearsDriver) {
      wake();
    }
  }

  /** Does what is there, without waiting. */
  void drain() {
    for (Runnable work = letters.poll(); work != null; work = letters.poll()) {
      work.run();
    }
    laps.done(Phase.REDUCE);
  }

  /**
   * Does what comes until something is true.
   *
   * @param condition becomes true by the work, or before a {@link #wake}
   * @param deadline how long nothing may come
   * @param waitingFor says what is missing, for the error
   * @throws TrainingException when nothing came for so long
   */
  void until(BooleanSupplier condition, Duration deadline, Supplier<String> waitingFor)
      throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Runnable work = letters.poll(deadline.toMillis(), TimeUnit.MILLISECONDS);
      laps.done(Phase.WAIT);
      if (work == null) {
        throw new TrainingException(
            "waited %d s for %s; if it is only slow, raise cluster.deadline"
                .formatted(deadline.toSeconds(), waitingFor.get()));
      }
      work.run();
      laps.done(Phase.REDUCE);
    }
  }

  /**
   * As {@link #until}, for what the driver decides: it may take long as long as the driver lives.
   */
  void untilAnswered(BooleanSupplier condition, Duration deadline, Supplier<String> waitingFor)
      throws InterruptedException {
    hearsDriver = true;
    try {
      until(condition, deadline, waitingFor);
    } finally {
      hearsDriver = false;
    }
  }
}
