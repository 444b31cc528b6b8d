package io.sparrowml.benchmarks.kernel;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;

/** Operands of the standard normal distribution. */
final class RandomNumbers {
  private RandomNumbers() {}

  static Tensor of(Arena arena, int... shape) {
    Tensor tensor = Tensor.allocate(arena, DType.FLOAT32, Shape.of(shape));
    RandomKey key = RandomKey.of(tensor.size());
    double[] numbers = new double[tensor.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = key.normal(i);
    }
    return tensor.set(numbers);
  }
}
