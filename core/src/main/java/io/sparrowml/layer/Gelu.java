package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.op.Value;

/**
 * {@code x P(x)} with the probability {@code P} of a standard normal number up to {@code x}, which
 * is {@code (1 + erf(x / sqrt 2)) / 2} (Hendrycks and Gimpel, <em>Gaussian error linear units</em>,
 * 2016); approximately {@code x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))}.
 *
 * @param approximate whether to compute the second formula, as some published weights want; false
 *     unless given
 */
public record Gelu(@Default("false") boolean approximate) implements Activation {
  private static final double SLOPE = Math.sqrt(8 / Math.PI);
  private static final double CUBIC = 0.044715;

  /** The exact function. */
  public Gelu() {
    this(false);
  }

  /** The approximation is written with {@code (1 + tanh(u)) / 2 = 1 / (1 + e^(-2 u))}. */
  @Override
  public Value of(Value x) {
    if (!approximate) {
      return x.gelu();
    }
    Value slope = x.square().scale(SLOPE * CUBIC).shift(SLOPE);
    return x.multiply(x.multiply(slope).sigmoid());
  }
}
