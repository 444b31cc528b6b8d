package io.sparrowml.kernel;

import io.sparrowml.kernel.PoolingRecipe.Part;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Pooling of FLOAT32 by oneDNN. Its maximum loses NaN, and takes the least number for negative
 * infinity: the sum of all numbers tells whether there may be one, and then such windows are put
 * right in Java.
 */
final class FloatPooling implements Pooling {
  private final Pooling plain;
  private final Primitives.Binder primitives;
  private final Scratch scratch;
  private final FloatPointer sum;

  /**
   * Pooling.
   *
   * @param plain for other kinds of numbers, and where there are none
   * @param sum one number, used by these kernels alone
   */
  FloatPooling(Pooling plain, Primitives.Binder primitives, Scratch scratch, FloatPointer sum) {
    this.plain = plain;
    this.primitives = primitives;
    this.scratch = scratch;
    this.sum = sum;
  }

  private static boolean isNative(Tensor tensor) {
    return tensor.dtype() == DType.FLOAT32 && tensor.size() > 0;
  }

  @Override
  public Kernel max(Window height, Window width, Tensor x, Tensor y) {
    if (!isNative(y)) {
      return plain.max(height, width, x, y);
    }
    Recipe recipe = recipe(Part.MAX, height, width, x.shape());
    Kernel largest = primitives.bound(recipe, x.address(), y.address(), sum.address());
    return () -> {
      largest.run();
      if (!Float.isFinite(sum.get())) {
        putRight(height, width, x, y);
      }
    };
  }

  /** Writes what the maximum is where it is NaN or negative infinity. */
  private void putRight(Window height, Window width, Tensor x, Tensor y) {
    int rows = y.shape().dim(1);
    int line = y.shape().dim(2) * y.shape().dim(3);
    float[] largest = scratch.floats(3, line);
    for (int i = 0; i < y.shape().dim(0) * rows; i++) {
      float[] exact = rows(width, x, y.shape().dim(2), columns(height, x, i / rows, i % rows));
      y.read(i * line, largest, 0, line);
      for (int at = 0; at < line; at++) {
        if (!(exact[at] > Float.NEGATIVE_INFINITY)) {
          largest[at] = exact[at];
        }
      }
      y.write(i * line, largest, 0, line);
    }
  }

  /** The largest number of each column of a row of windows: {@code [width, channels]}. */
  private float[] columns(Window height, Tensor x, int image, int row) {
    int line = x.shape().dim(2) * x.shape().dim(3);
    float[] largest = scratch.floats(0, line);
    float[] next = scratch.floats(1, line);
    boolean first = true;
    for (int tap = 0; tap < height.size(); tap++) {
      int i = height.place(row, tap);
      if (0 <= i && i < x.shape().dim(1)) {
        x.read((image * x.shape().dim(1) + i) * line, first ? largest : next, 0, line);
        if (!first) {
          max(next, 0, largest, 0, line);
        }
        first = false;
      }
    }
    return largest;
  }

  /** The largest number of each window of a row of them, given that of each column. */
  private float[] rows(Window width, Tensor x, int positions, float[] columns) {
    int channels = x.shape().dim(3);
    float[] largest = scratch.floats(2, positions * channels);
    Arrays.fill(largest, 0, positions * channels, Float.NEGATIVE_INFINITY);
    for (int position = 0; position < positions; position++) {
      for (int tap = 0; tap < width.size(); tap++) {
        int j = width.place(position, tap);
        if (0 <= j && j < x.shape().dim(2)) {
          max(columns, j * channels, largest, position * channels, channels);
        }
      }
    }
    return largest;
  }

  private static void max(float[] numbers, int from, float[] largest, int at, int length) {
    for (int i = 0; i < length; i++) {
      largest[at + i] = Math.max(largest[at + i], numbers[from + i]);
    }
  }

  @Override
  public Kernel maxGradient(Window height, Window width, Tensor x, Tensor dy, Tensor dx) {
    if (!isNative(dy)) {
      return plain.maxGradient(height, width, x, dy, dx);
    }
    Recipe recipe = recipe(Part.MAX_GRADIENT, height, width, x.shape());
    return primitives.bound(recipe, x.address(), dy.address(), dx.address());
  }

  @Override
  public Kernel select(Window height, Window width, Tensor x, Tensor values, Tensor y) {
    return plain.select(height, width, x, values, y);
  }

  @Override
  public Kernel average(Window height, Window width, Tensor x, Tensor y) {
    if (!isNative(y)) {
      return plain.average(height, width, x, y);
    }
    Recipe recipe = recipe(Part.AVERAGE, height, width, x.shape());
    return primitives.bound(recipe, x.address(), y.address());
  }

  @Override
  public Kernel averageGradient(Window height, Window width, Tensor dy, Tensor dx) {
    if (!isNative(dy)) {
      return plain.averageGradient(height, width, dy, dx);
    }
    Recipe recipe = recipe(Part.AVERAGE_GRADIENT, height, width, dx.shape());
    return primitives.bound(recipe, dy.address(), dx.address());
  }

  private static Recipe recipe(Part part, Window height, Window width, Shape x) {
    return new PoolingRecipe(part, height, width, x.dim(0), x.dim(1), x.dim(2), x.dim(3));
  }
}
