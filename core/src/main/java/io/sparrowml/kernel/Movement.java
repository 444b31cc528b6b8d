package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;

/**
 * The computations that move numbers and hardly compute: copies between views, and rows looked up
 * in tables.
 *
 * <p>What {@link Kernels} say of their kernels holds for these.
 */
public interface Movement {
  /**
   * Copies what one view sees to where another one sees it, and leaves the rest of {@code out}.
   *
   * @param source of {@code x}
   * @param target of {@code out}, of the same extents; no place is seen twice
   */
  Kernel copy(Tensor x, View source, Tensor out, View target);

  /** Sets every number. */
  Kernel fill(double number, Tensor out);

  /**
   * The rows of a table at given places, {@code out_i = table_(ids_i)}.
   *
   * @param table {@code [rows, ...row]}
   * @param ids {@code [...]}, whole numbers in [0, rows)
   * @param out {@code [..., ...row]}
   * @throws KernelException when an id is no row of the table
   */
  Kernel gather(Tensor table, Tensor ids, Tensor out);

  /**
   * Adds rows into a table of zeros, {@code out_j = sum over i with ids_i = j of x_i}, in the order
   * of the ids.
   *
   * @param ids {@code [...]}, whole numbers in [0, rows)
   * @param x {@code [..., ...row]}
   * @param out {@code [rows, ...row]}
   * @throws KernelException when an id is no row of the table
   */
  Kernel scatterRows(Tensor ids, Tensor x, Tensor out);

  /**
   * The id as a whole number.
   *
   * @param rows how many there are
   * @param index of the id, for the error
   * @throws KernelException when it is none of the rows
   */
  static int row(String operation, double id, int rows, int index) {
    int whole = (int) id;
    if (whole != id || whole < 0 || whole >= rows) {
      throw new KernelException(
          "%s expects whole ids in [0, %d), got %s at index %d"
              .formatted(operation, rows, id, index));
    }
    return whole;
  }
}
