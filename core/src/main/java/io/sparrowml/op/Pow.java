package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The power {@code x^p}, with gradient {@code p x^(p - 1)}.
 *
 * @param exponent {@code p}
 */
public record Pow(double exponent) implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.POWER;
  }

  @Override
  public double parameter() {
    return exponent;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.multiply(in.get(0).pow(exponent - 1)).scale(exponent));
  }
}
