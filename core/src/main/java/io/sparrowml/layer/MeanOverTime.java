package io.sparrowml.layer;

import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;

/**
 * The mean of a sequence's steps, {@code [n, t, features] -> [n, features]}; of its real steps
 * alone where {@link Parameters#mask} says which. A sequence without any has zeros.
 */
public record MeanOverTime() implements Layer {
  @Override
  public Value apply(Value x, Parameters p) {
    Shape shape = x.shape();
    if (shape.rank() != 3) {
      throw new ShapeException("mean-over-time expects [n, t, features], got " + shape);
    }
    Value mask = p.mask();
    p.setMask(null);
    Shape sums = Shape.of(shape.dim(0), 1, shape.dim(2));
    Shape result = Shape.of(shape.dim(0), shape.dim(2));
    if (mask == null) {
      return x.sumTo(sums).reshape(result).scale(1.0 / shape.dim(1));
    }
    Value counts = mask.sumTo(Shape.of(shape.dim(0), 1)).clip(1, shape.dim(1));
    return weighted(mask.divide(counts), x);
  }

  /** The sum of the steps, each times its weight {@code [n, t]}. */
  static Value weighted(Value weights, Value x) {
    Shape shape = x.shape();
    Value row = weights.reshape(Shape.of(shape.dim(0), 1, shape.dim(1)));
    return row.matmul(x).reshape(Shape.of(shape.dim(0), shape.dim(2)));
  }
}
