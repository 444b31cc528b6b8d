package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The logistic function {@code 1 / (1 + e^-x)}, with gradient {@code y (1 - y)}. */
public record Sigmoid() implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.SIGMOID;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.multiply(out).multiply(out.scale(-1).shift(1)));
  }
}
