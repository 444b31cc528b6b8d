package io.sparrowml.regularizer;

import io.sparrowml.config.Ranges;

/**
 * The penalty {@code rate sum |x|}, with the gradient {@code rate sign(x)} (Tibshirani, 1996;
 * Goodfellow et al., chapter 7.1.2): it makes parameters zero. As in Keras; PyTorch has none.
 *
 * @param rate at least 0
 */
public record L1(double rate) implements Regularizer {
  /** Checks the range. */
  public L1 {
    Ranges.notNegative("rate", rate);
  }

  @Override
  public void addGradient(float[] parameters, float[] gradients, int length) {
    float slope = (float) rate;
    for (int i = 0; i < length; i++) {
      gradients[i] += slope * Math.signum(parameters[i]);
    }
  }
}
