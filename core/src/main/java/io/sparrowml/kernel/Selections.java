package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;

/** Computations that choose among numbers; a family of {@link Kernels}. */
public interface Selections {
  /** Number by number {@code condition != 0 ? a : b}; all of one shape. */
  Kernel where(Tensor condition, Tensor a, Tensor b, Tensor out);

  /**
   * The greatest number over the leading axes that {@code out} lacks, and over the axes where its
   * extent is 1: NaN where there is one, negative infinity where there are no numbers.
   */
  Kernel maxTo(Tensor x, Tensor out);

  /**
   * The place of the greatest number along the last axis, the first of several; NaN counts as the
   * greatest.
   *
   * @param x {@code [..., classes]}
   * @param out {@code [...]}
   */
  Kernel argmax(Tensor x, Tensor out);

  /**
   * The number that each label stands for.
   *
   * @param labels whole numbers in [0, table.length)
   * @param out of the shape of the labels
   * @throws KernelException when a label is none of the classes
   */
  Kernel lookup(Tensor labels, double[] table, Tensor out);
}
