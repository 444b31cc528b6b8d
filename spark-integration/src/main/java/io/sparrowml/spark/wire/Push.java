package io.sparrowml.spark.wire;

import org.jspecify.annotations.Nullable;

/**
 * A node hands a shard the sum of the gradients of a subtree of the fixed tree.
 *
 * @param shard which slice of the parameters
 * @param subtree which part of the fixed tree
 * @param count how many samples the sum is over
 * @param payload the shard's slice of the sum, {@code [length]}; null exactly when {@code count} is
 *     0
 */
public record Push(
    int generation, long step, int shard, int subtree, long count, @Nullable Payload payload)
    implements Message {

  /** Checks that there is a payload exactly when there are samples. */
  public Push {
    if (count < 0 || (count == 0) != (payload == null)) {
      throw new IllegalArgumentException(
          "push: a sum expects a payload for samples and none for 0 samples, got "
              + (payload == null ? "none" : "a payload")
              + " for "
              + count);
    }
  }

  @Override
  public void release() {
    if (payload != null) {
      payload.release();
    }
  }
}
