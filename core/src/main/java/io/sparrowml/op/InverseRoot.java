package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code 1 / sqrt(x + epsilon)}: one over the deviation that belongs to a variance.
 *
 * @param epsilon what keeps the root from zero
 */
public record InverseRoot(double epsilon) implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.INVERSE_ROOT;
  }

  @Override
  public double parameter() {
    return epsilon;
  }

  /** {@code dx = -y^3 dy / 2}. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(out.square().multiply(out).multiply(dOut).scale(-0.5));
  }
}
