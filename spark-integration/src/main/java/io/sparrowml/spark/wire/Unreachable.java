package io.sparrowml.spark.wire;

import java.util.Objects;

/**
 * A node tells the coordinator that it has no connection to another one.
 *
 * @param from its number
 * @param to the other's
 * @param reason what the network says
 */
public record Unreachable(int generation, long step, int from, int to, String reason)
    implements Message {
  public Unreachable {
    Objects.requireNonNull(reason, "reason");
  }
}
