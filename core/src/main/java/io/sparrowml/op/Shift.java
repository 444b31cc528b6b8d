package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every number plus a constant.
 *
 * @param constant what is added
 */
public record Shift(double constant) implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.SHIFT;
  }

  @Override
  public double parameter() {
    return constant;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut);
  }
}
