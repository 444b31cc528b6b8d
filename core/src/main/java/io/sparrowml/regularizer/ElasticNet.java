package io.sparrowml.regularizer;

import io.sparrowml.config.Ranges;

/**
 * The penalty {@code l1 sum |x| + l2 sum x^2} (Zou and Hastie, 2005, equation 3), with the gradient
 * {@code l1 sign(x) + 2 l2 x}. As in Keras' {@code L1L2}.
 *
 * @param l1 at least 0
 * @param l2 at least 0
 */
public record ElasticNet(double l1, double l2) implements Regularizer {
  /** Checks the ranges. */
  public ElasticNet {
    Ranges.notNegative("l1", l1);
    Ranges.notNegative("l2", l2);
  }

  @Override
  public void addGradient(float[] parameters, float[] gradients, int length) {
    float sign = (float) l1;
    float slope = (float) (2 * l2);
    for (int i = 0; i < length; i++) {
      gradients[i] += sign * Math.signum(parameters[i]) + slope * parameters[i];
    }
  }
}
