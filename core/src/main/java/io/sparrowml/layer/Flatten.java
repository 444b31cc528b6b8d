package io.sparrowml.layer;

import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;

/** All axes but the first in one, {@code [n, ...] -> [n, features]}. */
public record Flatten() implements Layer {
  @Override
  public Value apply(Value x, Parameters p) {
    if (x.shape().rank() < 1) {
      throw new ShapeException("flatten expects [n, ...], got " + x.shape());
    }
    p.setMask(null);
    int n = x.shape().dim(0);
    return x.reshape(Shape.of(n, Math.toIntExact(x.shape().from(1).size())));
  }
}
