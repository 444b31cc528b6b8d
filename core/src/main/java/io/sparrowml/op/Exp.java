package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The exponential {@code e^x}. */
public record Exp() implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.EXP;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.multiply(out));
  }
}
