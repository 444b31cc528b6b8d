package io.sparrowml.spark.wire;

import java.util.Arrays;

/**
 * A shard tells the others its part of the norm of the gradient, where the norm over all parameters
 * is limited, or where steps are skipped whose gradients are not finite.
 *
 * @param shard whose part it is
 * @param squares the digits of the sum of squares, as {@link
 *     io.sparrowml.optimizer.SquaredNorm#digits} has them; or alone the first index in the flat
 *     vector where the gradient is not finite; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Norm(int generation, long step, int shard, long[] squares) implements Message {

  public Norm {
    squares = squares.clone();
  }

  /** Whether its part of the gradient is finite. */
  public boolean allFinite() {
    return squares.length != 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Norm norm
        && norm.generation == generation
        && norm.step == step
        && norm.shard == shard
        && Arrays.equals(norm.squares, squares);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * generation + Long.hashCode(step)) + shard) + Arrays.hashCode(squares);
  }
}
