package io.sparrowml.regularizer;

/** No penalty. */
public record None() implements Regularizer {
  @Override
  public void addGradient(float[] parameters, float[] gradients, int length) {}
}
