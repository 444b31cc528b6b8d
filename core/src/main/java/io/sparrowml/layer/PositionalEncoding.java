package io.sparrowml.layer;

import io.sparrowml.op.SinusoidalPositions;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.ShapeException;
import java.util.List;

/**
 * Adds waves that tell places in a sequence apart, {@code [n, t, d] -> [n, t, d]}: {@code sin(place
 * / 10000^(2i / d))} to feature 2i and the cosine of the same to feature 2i + 1 (Vaswani et al.,
 * <em>Attention is all you need</em>, 2017, section 3.5; they multiply the input with the root of d
 * before). Nothing is learned.
 */
public record PositionalEncoding() implements Layer {
  @Override
  public Value apply(Value x, Parameters p) {
    if (x.shape().rank() != 3) {
      throw new ShapeException("positional-encoding expects [n, t, features], got " + x.shape());
    }
    return x.add(x.engine().apply(new SinusoidalPositions(), List.of(x)));
  }
}
