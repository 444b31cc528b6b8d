package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** 1 above zero, -1 below, and 0 at it; without a gradient. */
public record Sign() implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.SIGN;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return Collections.singletonList(null);
  }
}
