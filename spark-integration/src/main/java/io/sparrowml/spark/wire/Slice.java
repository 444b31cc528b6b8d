package io.sparrowml.spark.wire;

import java.util.Objects;

/**
 * A shard's parameters of a step: the answer to a {@link Pull}.
 *
 * @param step as it was asked for
 * @param shard which slice of the parameters
 * @param subtree of the worker that it was asked for; 0 for the node
 * @param payload the parameters, {@code [length]}
 */
public record Slice(int generation, long step, int shard, int subtree, Payload payload)
    implements Message {

  public Slice {
    Objects.requireNonNull(payload, "payload");
  }

  @Override
  public void release() {
    payload.release();
  }
}
