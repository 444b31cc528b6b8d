package io.sparrowml.regularizer;

/**
 * A limit on the weights that come into each unit, which holds after each update: all axes of the
 * parameter but the last, the column of a kernel {@code [in, units]}. So the parameter may not be
 * cut.
 */
public interface Constraint extends Regularizer {
  /**
   * The number by which a unit's incoming weights are multiplied.
   *
   * @param norm their Euclidean norm after the update
   */
  double scale(double norm);

  /** Nothing: the loss stays as it is. */
  @Override
  default void addGradient(float[] parameters, float[] gradients, int length) {}
}
