package io.sparrowml.layer;

import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;

/**
 * The last step of a sequence, {@code [n, t, features] -> [n, features]}; the last real one where
 * {@link Parameters#mask} says which are. Padding is expected before or behind the real steps, not
 * between them. A sequence without any real step has zeros.
 */
public record LastStep() implements Layer {
  @Override
  public Value apply(Value x, Parameters p) {
    Shape shape = x.shape();
    if (shape.rank() != 3 || shape.dim(1) == 0) {
      throw new ShapeException("last-step expects [n, t, features] with steps, got " + shape);
    }
    Value mask = p.mask();
    p.setMask(null);
    int t = shape.dim(1);
    if (mask == null) {
      return x.slice(1, t - 1, t).reshape(Shape.of(shape.dim(0), shape.dim(2)));
    }
    Value next = mask.slice(1, 1, t).pad(1, 0, 1);
    return MeanOverTime.weighted(mask.multiply(next.scale(-1).shift(1)), x);
  }
}
