package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;

/**
 * Working memory on the heap that the kernels of one thread share: each uses it from its start to
 * its end and leaves nothing in it.
 */
final class Scratch {
  private static final int PLACES = 18;

  private final float[][] floats = new float[PLACES][0];
  private final double[][] doubles = new double[PLACES][0];

  /** At least {@code length} numbers of undefined content; places are told apart by number. */
  float[] floats(int place, int length) {
    if (floats[place].length < length) {
      floats[place] = new float[length];
    }
    return floats[place];
  }

  /** As {@link #floats(int, int)}, the first {@code length} of them zero. */
  float[] zeroFloats(int place, int length) {
    float[] numbers = floats(place, length);
    Arrays.fill(numbers, 0, length, 0);
    return numbers;
  }

  /** At least {@code length} numbers of undefined content; places are told apart by number. */
  double[] doubles(int place, int length) {
    if (doubles[place].length < length) {
      doubles[place] = new double[length];
    }
    return doubles[place];
  }

  /** As {@link #doubles(int, int)}, the first {@code length} of them zero. */
  double[] zeros(int place, int length) {
    double[] numbers = doubles(place, length);
    Arrays.fill(numbers, 0, length, 0);
    return numbers;
  }

  /** All numbers of a tensor, widened to double. */
  double[] doubles(int place, Tensor tensor) {
    double[] numbers = doubles(place, tensor.size());
    tensor.read(0, numbers, tensor.size());
    return numbers;
  }

  /** All numbers of a FLOAT32 tensor. */
  float[] floats(int place, Tensor tensor) {
    float[] numbers = floats(place, tensor.size());
    tensor.read(0, numbers, 0, tensor.size());
    return numbers;
  }
}
