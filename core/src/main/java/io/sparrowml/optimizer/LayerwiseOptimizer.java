package io.sparrowml.optimizer;

/**
 * An optimizer whose steps are scaled by the norms of whole parameter tensors, so that none may be
 * cut. Its {@link Optimizer.Rule} leaves the parameters as they are and overwrites the chunk's
 * gradients with the direction {@code u} of the step; then
 *
 * <pre>
 *   x = x - rate trust(|x|, |u|) u
 * </pre>
 */
public interface LayerwiseOptimizer extends Optimizer {
  /**
   * By how much a tensor's step is scaled.
   *
   * @param parameters the Euclidean norm of the tensor before the step
   * @param direction the norm of the step's direction
   */
  double trust(double parameters, double direction);
}
