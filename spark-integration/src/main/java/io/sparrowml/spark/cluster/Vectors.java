package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.Tensor;

/**
 * The parameters of a node: of the present step and of the next or the one before, in turns. What
 * no update changes is equal in both.
 *
 * @param even {@code [size]}, after an even number of updates
 * @param odd {@code [size]}, after an odd number
 */
record Vectors(Tensor even, Tensor odd) {
  /** Memory for the parameters, of undefined content. */
  static Vectors allocate(Arena arena, int size) {
    return new Vectors(Node.vector(arena, size), Node.vector(arena, size));
  }

  /** The parameters after so many updates. */
  Tensor at(long updates) {
    return updates % 2 == 0 ? even : odd;
  }
}
