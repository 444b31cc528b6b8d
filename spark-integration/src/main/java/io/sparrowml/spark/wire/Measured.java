package io.sparrowml.spark.wire;

import java.util.Arrays;

/**
 * A node hands the first shard what metrics saw of a subtree's samples in a step, ahead of the
 * {@link Push} of that subtree; and the first shard hands the coordinator what they saw of an
 * epoch.
 *
 * @param subtree which part of the fixed tree
 * @param states one state a metric, in the metrics' order; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Measured(int generation, long step, int subtree, long[][] states) implements Message {
  public Measured {
    States.check(states);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Measured measured
        && measured.generation == generation
        && measured.step == step
        && measured.subtree == subtree
        && Arrays.deepEquals(measured.states, states);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * generation + Long.hashCode(step)) + subtree)
        + Arrays.deepHashCode(states);
  }
}
