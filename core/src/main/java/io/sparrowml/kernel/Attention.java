package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The computations of attention that are no matrix products.
 *
 * <p>What {@link Kernels} say of their kernels holds for these.
 */
public interface Attention {
  /**
   * Softmax of scaled scores over the keys that a query may see, and 0 for the others; all are 0
   * where a query may see none.
   *
   * @param scores {@code [n, ..., queries, keys]}
   * @param scale what scores are multiplied with
   * @param causal whether query i sees keys 0 to i alone
   * @param mask {@code [n, keys]}, 0 for keys that are not seen; null when all are
   * @param out {@code [n, ..., queries, keys]}
   */
  Kernel softmax(Tensor scores, double scale, boolean causal, @Nullable Tensor mask, Tensor out);

  /**
   * The gradient of the softmax, {@code scale y (dy - sum_j y_j dy_j)} over the last axis.
   *
   * @param y the softmax
   * @param dy the gradient with respect to it
   */
  Kernel softmaxGradient(Tensor y, Tensor dy, double scale, Tensor out);
}
