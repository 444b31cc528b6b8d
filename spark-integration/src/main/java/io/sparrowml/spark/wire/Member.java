package io.sparrowml.spark.wire;

import java.util.Objects;

/**
 * A node that takes part in a generation.
 *
 * @param node its number, from 0
 * @param executor Spark's name of the executor
 * @param host where it listens
 * @param port where it listens
 * @param slots how many logical workers it can compute at once
 */
public record Member(int node, String executor, String host, int port, int slots) {

  public Member {
    Objects.requireNonNull(executor, "executor");
    Objects.requireNonNull(host, "host");
  }

  /** Where it listens. */
  public Address address() {
    return new Address(host, port);
  }

  /** Who it is, for errors. */
  public String describe() {
    return "executor " + executor + " on " + host;
  }
}
