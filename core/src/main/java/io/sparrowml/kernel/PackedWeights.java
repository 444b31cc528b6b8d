package io.sparrowml.kernel;

import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;

/** Weights that hold still, as kernels lay them out: in whole blocks. */
public final class PackedWeights {
  /** The largest blocks: of oneDNN with AVX-512. */
  private static final int ROWS_OF_BLOCK = 16;

  private static final int COLUMNS_OF_BLOCK = 64;

  private PackedWeights() {}

  /**
   * How many bytes they take at the most.
   *
   * @param weights {@code [..., rows, columns]}
   */
  public static long bytes(DType dtype, Shape weights) {
    int rows = weights.dim(-2);
    int columns = weights.dim(-1);
    return weights.size()
        * dtype.bytes()
        / ((long) rows * columns)
        * multiple(rows, ROWS_OF_BLOCK)
        * multiple(columns, COLUMNS_OF_BLOCK);
  }

  private static long multiple(int number, int of) {
    return (number + of - 1L) / of * of;
  }
}
