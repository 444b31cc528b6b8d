package io.sparrowml.layer;

import io.sparrowml.initializer.Initializer;
import io.sparrowml.regularizer.Regularizer;
import io.sparrowml.tensor.Shape;

/**
 * A parameter as a layer declares it by its use.
 *
 * @param path the unique name, such as {@code 1/kernel}
 * @param shape its extents
 * @param initializer how it starts
 * @param role how it changes
 */
public record Parameter(String path, Shape shape, Initializer initializer, Role role) {
  /** How a parameter changes while training goes on. */
  public sealed interface Role {}

  /**
   * By the optimizer, along its gradient.
   *
   * @param regularizer what is added to the gradient
   */
  public record Trained(Regularizer regularizer) implements Role {}

  /**
   * By what batches show, not by gradients: {@code x = momentum x + (1 - momentum) batch}.
   *
   * @param momentum how much is kept at each update, in [0, 1)
   */
  public record Statistic(double momentum) implements Role {}

  /** Whether it has a gradient. */
  public boolean isTrained() {
    return role instanceof Trained;
  }
}
