package io.sparrowml.regularizer;

import io.sparrowml.config.Ranges;

/**
 * An upper limit on the Euclidean norm of each unit's incoming weights (Srivastava et al., 2014,
 * section 5.1): where an update leads beyond it, they are scaled back to it. As Keras' {@code
 * MaxNorm} over all axes but the last.
 *
 * @param limit above 0
 */
public record MaxNorm(double limit) implements Constraint {
  /** Checks the range. */
  public MaxNorm {
    Ranges.positive("limit", limit);
  }

  @Override
  public double scale(double norm) {
    return norm > limit ? limit / norm : 1;
  }
}
