package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code x P(x)} with the probability {@code P} of a standard normal number up to {@code x}
 * (Hendrycks and Gimpel, <em>Gaussian error linear units</em>, 2016).
 */
public record Gelu() implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.GELU;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value x = in.get(0);
    return List.of(dOut.multiply(x.engine().apply(new GeluDerivative(), List.of(x))));
  }
}
