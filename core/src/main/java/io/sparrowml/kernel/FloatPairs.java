package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;

/**
 * Functions of two single-precision numbers that must see a NaN, which oneDNN's own do not: {@code
 * max(NaN, 1)} is 1 there, and {@code NaN > NaN} is true.
 */
record FloatPairs(Scratch scratch) {
  private static final int CHUNK = 2048;

  /**
   * Applies a function to the numbers of {@code a} and those of {@code b}.
   *
   * @param second how {@code b} stretches to {@code a} and {@code out}
   * @param out may be {@code a}
   */
  Kernel of(Binary function, Tensor a, Tensor b, Spread second, Tensor out) {
    int columns = second.columns();
    return () -> {
      float[] left = scratch.floats(0, CHUNK);
      float[] right = scratch.floats(1, CHUNK);
      for (int row = 0; row < second.rows(); row++) {
        int rowOfB = second.repeatsRows() ? 0 : row * second.fromColumns();
        for (int from = 0; from < columns; from += CHUNK) {
          int length = Math.min(CHUNK, columns - from);
          a.read(row * columns + from, left, 0, length);
          if (second.fromColumns() == columns) {
            b.read(rowOfB + from, right, 0, length);
          } else {
            b.read(rowOfB, right, 0, 1);
            Arrays.fill(right, 0, length, right[0]);
          }
          apply(function, left, right, length);
          out.write(row * columns + from, left, 0, length);
        }
      }
    };
  }

  private static void apply(Binary function, float[] a, float[] b, int length) {
    switch (function) {
      case MAXIMUM -> maximum(a, b, length);
      case MINIMUM -> minimum(a, b, length);
      case GREATER -> greater(a, b, length);
      case GREATER_OR_EQUAL -> greaterOrEqual(a, b, length);
      case EQUAL -> equal(a, b, length);
      default -> throw new IllegalArgumentException("no loop for " + function);
    }
  }

  private static void maximum(float[] a, float[] b, int length) {
    for (int i = 0; i < length; i++) {
      a[i] = Math.max(a[i], b[i]);
    }
  }

  private static void minimum(float[] a, float[] b, int length) {
    for (int i = 0; i < length; i++) {
      a[i] = Math.min(a[i], b[i]);
    }
  }

  private static void greater(float[] a, float[] b, int length) {
    for (int i = 0; i < length; i++) {
      a[i] = a[i] > b[i] ? 1 : 0;
    }
  }

  private static void greaterOrEqual(float[] a, float[] b, int length) {
    for (int i = 0; i < length; i++) {
      a[i] = a[i] >= b[i] ? 1 : 0;
    }
  }

  private static void equal(float[] a, float[] b, int length) {
    for (int i = 0; i < length; i++) {
      a[i] = a[i] == b[i] ? 1 : 0;
    }
  }
}
