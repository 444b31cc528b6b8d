package io.sparrowml.regularizer;

/** A penalty on the size of a layer's parameters, added to the mean loss of the batch. */
public interface Regularizer {
  /**
   * Adds the penalty's gradient.
   *
   * @param parameters at least {@code length} numbers
   * @param gradients of the mean loss, added to
   */
  void addGradient(float[] parameters, float[] gradients, int length);
}
