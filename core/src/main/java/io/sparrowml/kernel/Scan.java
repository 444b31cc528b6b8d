package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a recurrent layer goes over its trace {@code [steps, planes, n, units]}.
 *
 * @param planes of a step
 * @param mask {@code [steps, n]}, 0 where a step is masked; null when none is
 * @param reverse whether from the last step to the first
 */
record Scan(int steps, int planes, int n, int units, @Nullable Tensor mask, boolean reverse) {
  static Scan over(Tensor trace, @Nullable Tensor mask, boolean reverse) {
    return new Scan(
        trace.shape().dim(0),
        trace.shape().dim(1),
        trace.shape().dim(2),
        trace.shape().dim(3),
        mask,
        reverse);
  }

  /** The numbers of a plane of a step. */
  int size() {
    return n * units;
  }

  /** The step that comes at a place in the order. */
  int at(int place) {
    return reverse ? steps - 1 - place : place;
  }

  /** Where a plane of a step begins in the trace. */
  int plane(int step, int plane) {
    return (step * planes + plane) * size();
  }

  /** Reads which samples a step is real for: those with a number other than 0. */
  void readMask(int step, float[] real) {
    if (mask == null) {
      Arrays.fill(real, 0, n, 1);
    } else {
      mask.read(step * n, real, 0, n);
    }
  }

  /**
   * Whether a step of a sample is real.
   *
   * @param one room for a number
   */
  boolean isReal(int step, int row, double[] one) {
    if (mask == null) {
      return true;
    }
    mask.read(step * n + row, one, 1);
    return one[0] != 0;
  }

  /** Takes one of the parts of the rows {@code [n, parts units]} as {@code [n, units]}. */
  void take(float[] rows, int parts, int part, float[] into) {
    for (int row = 0; row < n; row++) {
      System.arraycopy(rows, (row * parts + part) * units, into, row * units, units);
    }
  }

  /** Puts {@code [n, units]} as one of the parts into the rows {@code [n, parts units]}. */
  void put(float[] part, float[] rows, int parts, int at) {
    for (int row = 0; row < n; row++) {
      System.arraycopy(part, row * units, rows, (row * parts + at) * units, units);
    }
  }

  /** Sets the samples that a step is not real for to zero. */
  void clearMasked(float[] real, float[] plane) {
    if (mask != null) {
      for (int row = 0; row < n; row++) {
        if (real[row] == 0) {
          Arrays.fill(plane, row * units, (row + 1) * units, 0);
        }
      }
    }
  }

  /** Replaces the samples that a step is not real for by others. */
  void keepMasked(float[] real, float[] others, float[] plane) {
    if (mask != null) {
      for (int row = 0; row < n; row++) {
        if (real[row] == 0) {
          System.arraycopy(others, row * units, plane, row * units, units);
        }
      }
    }
  }
}
