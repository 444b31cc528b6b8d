package io.sparrowml.regularizer;

import io.sparrowml.config.Ranges;

/**
 * The penalty {@code rate sum x^2}, with the gradient {@code 2 rate x} (Goodfellow et al., chapter
 * 7.1.1): it makes parameters small. As in Keras; the {@code weight_decay} of PyTorch's optimizers
 * is twice this rate.
 *
 * @param rate at least 0
 */
public record L2(double rate) implements Regularizer {
  /** Checks the range. */
  public L2 {
    Ranges.notNegative("rate", rate);
  }

  @Override
  public void addGradient(float[] parameters, float[] gradients, int length) {
    float slope = (float) (2 * rate);
    for (int i = 0; i < length; i++) {
      gradients[i] += slope * parameters[i];
    }
  }
}
