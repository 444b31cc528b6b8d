package io.sparrowml.regularizer;

/**
 * What keeps a layer's parameters small: a penalty that is added to the mean loss of the batch, or
 * a {@link Constraint}. The loss that a training reports is without it.
 */
public interface Regularizer {
  /**
   * Adds the penalty's gradient.
   *
   * @param parameters at least {@code length} numbers
   * @param gradients of the mean loss, added to
   */
  void addGradient(float[] parameters, float[] gradients, int length);
}
