package io.sparrowml.op;

import io.sparrowml.kernel.GroupSizes;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import java.util.List;

/**
 * Which numbers are normalized together: those of one group of channels (the last axis), over all
 * axes from a first one on.
 *
 * @param axis the first of the axes that are normalized over; negative ones count from the last
 * @param groups how many groups the channels are cut into; they must divide them
 * @param epsilon what is added to the variance before its root is taken
 */
public record Grouping(int axis, int groups, double epsilon) {
  /**
   * Checks {@code [..., channels]} and what has its shape or is {@code [channels]}.
   *
   * @param alike how many of the inputs have the shape of the first
   * @throws ShapeException naming the operation when they do not fit
   */
  void check(String operation, List<Shape> in, int alike) {
    Shape x = in.get(0);
    int from = axis < 0 ? axis + x.rank() : axis;
    if (from < 0 || from >= x.rank() || x.dim(-1) == 0 || x.dim(-1) % groups != 0) {
      throw new ShapeException(
          "%s expects [..., channels] with an axis %d and channels that %d groups divide, got %s"
              .formatted(operation, axis, groups, x));
    }
    for (int i = 1; i < in.size(); i++) {
      Shape wanted = i < alike ? x : Shape.of(x.dim(-1));
      if (!in.get(i).equals(wanted)) {
        throw new ShapeException(
            "%s of %s expects %s, got %s".formatted(operation, x, wanted, in.get(i)));
      }
    }
  }

  /** The sizes of a tensor of this shape. */
  GroupSizes of(Shape x) {
    int from = axis < 0 ? axis + x.rank() : axis;
    int rows = 1;
    for (int i = 0; i < from; i++) {
      rows *= x.dim(i);
    }
    int channels = x.dim(-1);
    int positions = Math.toIntExact(x.from(from).size() / channels);
    return new GroupSizes(rows, positions, groups, channels / groups, epsilon);
  }
}
