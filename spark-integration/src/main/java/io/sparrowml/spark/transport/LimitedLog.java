package io.sparrowml.spark.transport;

import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;

/**
 * Warnings about what strangers do: the first ten, then silence, so that they cannot flood the log.
 */
final class LimitedLog {
  private static final int LINES = 10;

  private final Logger logger;
  private final AtomicInteger lines = new AtomicInteger();

  LimitedLog(Logger logger) {
    this.logger = logger;
  }

  void warn(String line) {
    int number = lines.updateAndGet(n -> Math.min(n + 1, LINES + 2));
    if (number <= LINES) {
      logger.warn(line);
    } else if (number == LINES + 1) {
      logger.warn("transport: more of the same are not logged, after {} of them", LINES);
    }
  }
}
