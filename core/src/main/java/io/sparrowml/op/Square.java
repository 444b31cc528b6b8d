package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The square {@code x^2}. */
public record Square() implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.SQUARE;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.multiply(in.get(0)).scale(2));
  }
}
