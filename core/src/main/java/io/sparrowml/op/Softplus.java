package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code log(1 + e^x)}, a smooth ReLU whose gradient is the sigmoid. */
public record Softplus() implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.SOFTPLUS;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.multiply(in.get(0).sigmoid()));
  }
}
