package io.sparrowml.spark.wire;

import java.util.Objects;

/**
 * A shard's parameters of a step: the answer to a {@link Pull}.
 *
 * @param shard which slice of the parameters
 * @param payload the parameters, {@code [length]}
 */
public record Slice(int generation, long step, int shard, Payload payload) implements Message {

  public Slice {
    Objects.requireNonNull(payload, "payload");
  }

  @Override
  public void release() {
    payload.release();
  }
}
