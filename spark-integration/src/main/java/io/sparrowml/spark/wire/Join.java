package io.sparrowml.spark.wire;

import java.util.Objects;

/**
 * A node asks the coordinator to take part.
 *
 * @param executor Spark's name of the executor
 * @param host where the node listens
 * @param port where the node listens
 * @param slots how many logical workers it can compute at once
 */
public record Join(int generation, long step, String executor, String host, int port, int slots)
    implements Message {

  public Join {
    Objects.requireNonNull(executor, "executor");
    Objects.requireNonNull(host, "host");
  }
}
