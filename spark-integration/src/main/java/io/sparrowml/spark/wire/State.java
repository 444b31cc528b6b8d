package io.sparrowml.spark.wire;

import java.util.Objects;

/**
 * Some of the numbers by which a node that has none, or not those of a shard, comes to take part.
 *
 * @param shard which slice of the vectors
 * @param part {@link #PRESENT}, or one of the vectors that a shard holds
 * @param payload the numbers, {@code [length]}
 */
public record State(int generation, long step, int shard, int part, Payload payload)
    implements Message {
  /** The parameters of the step that the generation begins with. */
  public static final int PRESENT = 0;

  /** A shard's own parameters, which may be a step ahead; its other vectors have the next parts. */
  public static final int OWN = 1;

  public State {
    Objects.requireNonNull(payload, "payload");
  }

  @Override
  public void release() {
    payload.release();
  }
}
