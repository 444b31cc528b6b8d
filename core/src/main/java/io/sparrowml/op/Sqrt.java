package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The square root {@code y}, with gradient {@code 1 / (2 y)}. */
public record Sqrt() implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.SQRT;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.divide(out).scale(0.5));
  }
}
