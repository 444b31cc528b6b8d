package io.sparrowml.spark.transport;

import java.util.function.IntFunction;
import org.apache.spark.SparkConf;

/**
 * Where a transport listens: on the ports and at the address that the cluster's settings give to
 * Spark's block transfer.
 *
 * @param first port that is tried, then those above it; 0 for any that is free
 * @param tries how many
 * @param key of the setting
 * @param address to listen at; blank for that under which the process is known
 */
record Ports(int first, int tries, String key, String address) {
  private static final String EVERYWHERE = "spark.blockManager.port";
  private static final String ON_DRIVER = "spark.driver.blockManager.port";
  private static final int LAST_PORT = 65_535;

  /** Checks the range. */
  Ports {
    if (first < 0 || first > LAST_PORT) {
      throw new TransportException(
          "transport: %s expects a port up to %d, got %d".formatted(key, LAST_PORT, first));
    }
  }

  /** As the settings of a driver or an executor say. */
  static Ports of(SparkConf conf) {
    boolean driver = conf.get("spark.executor.id", "").equals("driver");
    String key = driver && conf.contains(ON_DRIVER) ? ON_DRIVER : EVERYWHERE;
    return new Ports(
        conf.getInt(key, 0),
        1 + conf.getInt("spark.port.maxRetries", 16),
        key,
        driver ? conf.get("spark.driver.bindAddress", "") : "");
  }

  /**
   * Listens on the first port that is free.
   *
   * @param listen on a port; throws what says so where that is taken
   * @throws TransportException where all are taken
   */
  <T> T bind(IntFunction<T> listen) {
    int last = first == 0 ? 0 : Math.min(LAST_PORT, first + tries - 1);
    for (int port = first; port <= last; port++) {
      try {
        return listen.apply(port);
      } catch (Exception e) { // Netty throws checked ones without saying so
        if (!isTaken(e) || first == 0) {
          throw e;
        }
      }
    }
    throw new TransportException(
        "transport: %s expects a free port from %d to %d, got none; raise spark.port.maxRetries, which is %d"
            .formatted(key, first, last, tries - 1));
  }

  private static boolean isTaken(Throwable problem) {
    return String.valueOf(problem.getMessage()).contains("Address already in use")
        || (problem.getCause() != null && isTaken(problem.getCause()));
  }
}
