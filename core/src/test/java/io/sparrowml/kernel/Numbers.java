package io.sparrowml.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;

/** Tensors for the tests of kernels, and how far two of them may differ. */
final class Numbers {
  /** The largest relative error of rounding to single precision. */
  static final double EPSILON = 0x1.0p-24;

  private Numbers() {}

  static Tensor empty(Arena arena, DType dtype, int... dims) {
    Shape shape = Shape.of(dims);
    return new Tensor(dtype, shape, arena.allocate(shape.size() * dtype.bytes()));
  }

  /** Numbers of the standard normal distribution. */
  static Tensor normal(Arena arena, long seed, DType dtype, int... dims) {
    Tensor tensor = empty(arena, dtype, dims);
    RandomKey key = RandomKey.of(seed);
    double[] numbers = new double[tensor.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = key.normal(i);
    }
    return tensor.set(numbers);
  }

  static Tensor normal(Arena arena, long seed, int... dims) {
    return normal(arena, seed, DType.FLOAT32, dims);
  }

  static Tensor floats(Arena arena, double... numbers) {
    return empty(arena, DType.FLOAT32, numbers.length).set(numbers);
  }

  static Tensor like(Arena arena, Tensor tensor) {
    return empty(arena, tensor.dtype(), tensor.shape().dims());
  }

  static Tensor absolute(Arena arena, Tensor tensor) {
    double[] numbers = tensor.toDoubles();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Math.abs(numbers[i]);
    }
    return like(arena, tensor).set(numbers);
  }

  /** Asserts that each number is within {@code relative} of the expected one. */
  static void assertClose(Tensor actual, Tensor expected, double relative) {
    assertClose(actual, expected, relative, expected);
  }

  /** Asserts that each number is within {@code relative} times that of {@code scale}. */
  static void assertClose(Tensor actual, Tensor expected, double relative, Tensor scale) {
    double[] numbers = actual.toDoubles();
    double[] wanted = expected.toDoubles();
    double[] scales = scale.toDoubles();
    assertThat(numbers).hasSameSizeAs(wanted);
    for (int i = 0; i < numbers.length; i++) {
      double tolerance = relative * Math.abs(scales[i]) + Float.MIN_VALUE;
      if (Double.compare(numbers[i], wanted[i]) != 0
          && !(Math.abs(numbers[i] - wanted[i]) <= tolerance)) {
        throw new AssertionError(
            "%s at %d: expected %s within %s, got %s"
                .formatted(actual, i, wanted[i], tolerance, numbers[i]));
      }
    }
  }
}
