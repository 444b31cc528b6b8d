package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every number times a constant.
 *
 * @param factor the constant
 */
public record Scale(double factor) implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.SCALE;
  }

  @Override
  public double parameter() {
    return factor;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.scale(factor));
  }
}
