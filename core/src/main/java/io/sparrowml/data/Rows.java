package io.sparrowml.data;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Raw rows in off-heap memory.
 *
 * @param features {@code [n, width]}, UINT8 or FLOAT32
 * @param labels {@code [n]}, or {@code [n, ...target]} for sequences; FLOAT32: the indices of
 *     classes or the targets of a regression
 * @param weights {@code [n]}, FLOAT32: by how much the loss of each row is multiplied; null where
 *     all count alike
 */
public record Rows(Tensor features, Tensor labels, @Nullable Tensor weights) {
  /** Checks that all have the same number of rows. */
  public Rows {
    Shape shape = features.shape();
    if (shape.rank() != 2
        || labels.shape().rank() == 0
        || labels.shape().dim(0) != shape.dim(0)
        || labels.dtype() != DType.FLOAT32
        || features.dtype() == DType.FLOAT64) {
      throw new ShapeException(
          "rows expects features [n, width] of UINT8 or FLOAT32 and labels [n, ...target] of"
              + " FLOAT32, got "
              + features
              + " and "
              + labels);
    }
    if (weights != null
        && (!weights.shape().equals(Shape.of(shape.dim(0))) || weights.dtype() != DType.FLOAT32)) {
      throw new ShapeException(
          "rows expects weights [" + shape.dim(0) + "] of FLOAT32, got " + weights);
    }
  }

  /** Rows that all count alike. */
  public Rows(Tensor features, Tensor labels) {
    this(features, labels, null);
  }

  /** Room for rows in new memory of an arena, of undefined content. */
  public static Rows allocate(Arena arena, RowFormat format, int count) {
    return new Rows(
        Tensor.allocate(arena, format.storage(), Shape.of(count, format.width())),
        Tensor.allocate(arena, DType.FLOAT32, format.target().prepend(count)),
        format.weighted() ? Tensor.allocate(arena, DType.FLOAT32, Shape.of(count)) : null);
  }

  /** How many rows there are. */
  public int count() {
    return features.shape().dim(0);
  }

  /** How each row would lie packed. */
  public RowFormat format() {
    return new RowFormat(
        features.dtype(), features.shape().dim(1), labels.shape().from(1), weights != null);
  }

  /** The rows {@code [from, from + count)}, sharing memory. */
  public Rows part(int from, int count) {
    return new Rows(
        features.rows(from, count),
        labels.rows(from, count),
        weights == null ? null : weights.rows(from, count));
  }
}
