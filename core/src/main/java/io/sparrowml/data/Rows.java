package io.sparrowml.data;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;

/**
 * Raw rows in off-heap memory.
 *
 * @param features {@code [n, width]}, UINT8 or FLOAT32
 * @param labels {@code [n]}, FLOAT32: the index of a class or the target of a regression
 */
public record Rows(Tensor features, Tensor labels) {
  /** Checks that both have the same number of rows. */
  public Rows {
    Shape shape = features.shape();
    if (shape.rank() != 2
        || !labels.shape().equals(Shape.of(shape.dim(0)))
        || labels.dtype() != DType.FLOAT32
        || features.dtype() == DType.FLOAT64) {
      throw new ShapeException(
          "rows expects features [n, width] of UINT8 or FLOAT32 and labels [n] of FLOAT32, got "
              + features
              + " and "
              + labels);
    }
  }

  /** Room for rows in new memory of an arena, of undefined content. */
  public static Rows allocate(Arena arena, RowFormat format, int count) {
    return new Rows(
        Tensor.allocate(arena, format.storage(), Shape.of(count, format.width())),
        Tensor.allocate(arena, DType.FLOAT32, Shape.of(count)));
  }

  /** How many rows there are. */
  public int count() {
    return features.shape().dim(0);
  }

  /** How each row would lie packed. */
  public RowFormat format() {
    return new RowFormat(features.dtype(), features.shape().dim(1));
  }

  /** The rows {@code [from, from + count)}, sharing memory. */
  public Rows part(int from, int count) {
    return new Rows(features.rows(from, count), labels.rows(from, count));
  }
}
