package io.sparrowml.spark.wire;

import java.util.Arrays;
import java.util.Objects;

/**
 * The first message by which a shard is copied to another node: what it holds beside the numbers,
 * which follow in {@link State}s. The shard has {@code step} updates behind it.
 *
 * @param shard which
 * @param squares its part of the norm of the last update's gradient, as in {@link Norm}; empty
 *     where the norm is not limited
 * @param states what metrics saw of the present epoch, empty but for the first shard
 * @param clocks the steps of each worker that it has, empty where gradients are waited for
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Held(
    int generation, long step, int shard, long[] squares, long[][] states, long[] clocks)
    implements Message {
  public Held {
    Objects.requireNonNull(squares, "squares");
    States.check(states);
    Objects.requireNonNull(clocks, "clocks");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Held held
        && held.generation == generation
        && held.step == step
        && held.shard == shard
        && Arrays.equals(held.squares, squares)
        && Arrays.deepEquals(held.states, states)
        && Arrays.equals(held.clocks, clocks);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * generation + Long.hashCode(step)) + shard)
        + 31 * Arrays.hashCode(squares)
        + Arrays.deepHashCode(states)
        + Arrays.hashCode(clocks);
  }
}
