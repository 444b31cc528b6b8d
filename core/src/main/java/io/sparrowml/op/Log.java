package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The natural logarithm. */
public record Log() implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.LOG;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.divide(in.get(0)));
  }
}
