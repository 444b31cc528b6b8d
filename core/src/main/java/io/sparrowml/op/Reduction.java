package io.sparrowml.op;

import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;

/** What the operations that undo broadcasting share: their shape rule. */
final class Reduction {
  private Reduction() {}

  /**
   * The target, which must broadcast to the input.
   *
   * @param operation its name in errors
   */
  static Shape infer(String operation, Shape in, Shape target) {
    if (!reduces(in, target)) {
      throw new ShapeException(
          operation + " expects a shape that " + target + " broadcasts to, got " + in);
    }
    return target;
  }

  private static boolean reduces(Shape in, Shape target) {
    boolean fits = target.rank() <= in.rank();
    for (int back = 1; fits && back <= target.rank(); back++) {
      fits = target.dim(-back) == 1 || target.dim(-back) == in.dim(-back);
    }
    return fits;
  }
}
