package io.sparrowml.layer;

import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;

/**
 * The numbers of each sample in another shape, {@code [n, ...] -> [n, ...shape]}.
 *
 * @param shape of a sample
 */
public record Reshape(Shape shape) implements Layer {
  @Override
  public Value apply(Value x, Parameters p) {
    if (x.shape().rank() < 1 || x.shape().from(1).size() != shape.size()) {
      throw new ShapeException(
          "reshape expects samples of %d numbers for %s, got %s"
              .formatted(shape.size(), shape, x.shape()));
    }
    p.setMask(null);
    return x.reshape(shape.prepend(x.shape().dim(0)));
  }
}
