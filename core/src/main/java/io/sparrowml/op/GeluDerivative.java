package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The derivative of {@link Gelu}, {@code P(x) + x p(x)}, where {@code p} is the density of the
 * standard normal distribution; its own is {@code (2 - x^2) p(x)}.
 */
public record GeluDerivative() implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.GELU_DERIVATIVE;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value square = in.get(0).square();
    Value density = square.scale(-0.5).exp().scale(1 / Math.sqrt(2 * Math.PI));
    return List.of(dOut.multiply(density).multiply(square.scale(-1).shift(2)));
  }
}
