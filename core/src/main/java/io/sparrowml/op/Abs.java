package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The absolute value, whose gradient is the {@link Sign}: 0 at 0. */
public record Abs() implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.ABS;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.multiply(in.get(0).sign()));
  }
}
