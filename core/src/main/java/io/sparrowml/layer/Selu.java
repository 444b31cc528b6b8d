package io.sparrowml.layer;

import io.sparrowml.op.Value;

/**
 * {@code 1.0507 (x > 0 ? x : 1.67326 (e^x - 1))}, whose outputs keep mean 0 and variance 1 over
 * many layers (Klambauer et al., <em>Self-normalizing neural networks</em>, 2017, equation 2),
 * where kernels start {@code lecun-normal} and {@link AlphaDropout} takes the place of dropout.
 */
public record Selu() implements Activation {
  static final double ALPHA = 1.6732632423543772;
  static final double SCALE = 1.0507009873554805;

  @Override
  public Value of(Value x) {
    return x.elu(ALPHA).scale(SCALE);
  }
}
