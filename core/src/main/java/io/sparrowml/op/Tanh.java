package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hyperbolic tangent, with gradient {@code 1 - y^2}. */
public record Tanh() implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.TANH;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.multiply(out.square().scale(-1).shift(1)));
  }
}
