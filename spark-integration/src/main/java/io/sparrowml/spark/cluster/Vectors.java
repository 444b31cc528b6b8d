package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Mode;

/**
 * The parameters of a node: of the present step and of the next or the one before, in turns. What
 * no update changes is equal in both. Where gradients are not waited for, both are the same memory.
 *
 * @param even {@code [size]}, after an even number of updates
 * @param odd {@code [size]}, after an odd number
 */
record Vectors(Tensor even, Tensor odd) {
  /** Memory for the parameters, of undefined content. */
  static Vectors allocate(Arena arena, int size, Mode mode) {
    Tensor even = Node.vector(arena, size);
    return new Vectors(even, mode.isAsynchronous() ? even : Node.vector(arena, size));
  }

  /** The parameters after so many updates. */
  Tensor at(long updates) {
    return updates % 2 == 0 ? even : odd;
  }
}
