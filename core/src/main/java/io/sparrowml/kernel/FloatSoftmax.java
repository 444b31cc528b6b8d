package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;

/** The softmax and what is made of it, over the rows of FLOAT32 tensors that are not empty. */
final class FloatSoftmax {
  private static final int BLOCK = 4096;
  private static final int CHUNK = FloatFunctions.CHUNK;

  private final Scratch scratch;
  private final FloatFunctions functions;

  FloatSoftmax(Scratch scratch, FloatFunctions functions) {
    this.scratch = scratch;
    this.functions = functions;
  }

  Kernel softmax(Tensor x, Tensor out) {
    int width = x.shape().dim(-1);
    int size = x.size();
    int block = blockOf(width);
    return () -> {
      float[] numbers = scratch.floats(0, block);
      for (int from = 0; from < size; from += block) {
        int length = Math.min(block, size - from);
        x.read(from, numbers, 0, length);
        for (int row = 0; row < length; row += width) {
          shift(numbers, row, width, -max(numbers, row, width));
        }
        exp(numbers, numbers, length);
        for (int row = 0; row < length; row += width) {
          divide(numbers, row, width, (float) sum(numbers, row, width));
        }
        out.write(from, numbers, 0, length);
      }
    };
  }

  Kernel logSoftmax(Tensor x, Tensor out) {
    int width = x.shape().dim(-1);
    int size = x.size();
    int block = blockOf(width);
    return () -> {
      float[] numbers = scratch.floats(0, block);
      float[] powers = scratch.floats(1, block);
      for (int from = 0; from < size; from += block) {
        int length = Math.min(block, size - from);
        x.read(from, numbers, 0, length);
        for (int row = 0; row < length; row += width) {
          shift(numbers, row, width, -max(numbers, row, width));
        }
        exp(numbers, powers, length);
        for (int row = 0; row < length; row += width) {
          shift(numbers, row, width, (float) -Math.log(sum(powers, row, width)));
        }
        out.write(from, numbers, 0, length);
      }
    };
  }

  Kernel crossEntropy(Tensor logits, Tensor labels, Tensor out) {
    int width = logits.shape().dim(-1);
    int rows = out.size();
    int block = blockOf(width);
    return () -> {
      float[] expected = scratch.floats(2, labels);
      float[] losses = scratch.floats(3, rows);
      float[] numbers = scratch.floats(0, block);
      float[] powers = scratch.floats(1, block);
      for (int first = 0; first < rows; first += block / width) {
        int count = Math.min(block / width, rows - first);
        logits.read(first * width, numbers, 0, count * width);
        for (int row = 0; row < count; row++) {
          shift(numbers, row * width, width, -max(numbers, row * width, width));
        }
        exp(numbers, powers, count * width);
        for (int row = 0; row < count; row++) {
          int n = first + row;
          int label = PlainKernels.label("softmax cross-entropy", expected[n], width, n);
          double sum = sum(powers, row * width, width);
          losses[n] = (float) (Math.log(sum) - numbers[row * width + label]);
        }
      }
      out.write(0, losses, 0, rows);
    };
  }

  /** How many numbers to take at once: whole rows, one at least. */
  private static int blockOf(int width) {
    return Math.max(1, BLOCK / width) * width;
  }

  /** The greatest number; where there is a NaN it may be any, as all of the row will be NaN. */
  private static float max(float[] numbers, int from, int length) {
    float max = numbers[from];
    for (int i = from + 1; i < from + length; i++) {
      max = numbers[i] > max ? numbers[i] : max;
    }
    return max;
  }

  private static void shift(float[] numbers, int from, int length, float constant) {
    for (int i = from; i < from + length; i++) {
      numbers[i] += constant;
    }
  }

  private static void divide(float[] numbers, int from, int length, float divisor) {
    for (int i = from; i < from + length; i++) {
      numbers[i] /= divisor;
    }
  }

  /** Four sums side by side, so that an addition need not wait for the one before. */
  private static double sum(float[] numbers, int from, int length) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i < from + length - 3; i += 4) {
      a += numbers[i];
      b += numbers[i + 1];
      c += numbers[i + 2];
      d += numbers[i + 3];
    }
    for (; i < from + length; i++) {
      a += numbers[i];
    }
    return a + b + (c + d);
  }

  private void exp(float[] numbers, float[] into, int length) {
    float[] chunk = scratch.floats(4, CHUNK);
    for (int from = 0; from < length; from += CHUNK) {
      int count = Math.min(CHUNK, length - from);
      System.arraycopy(numbers, from, chunk, 0, count);
      functions.exp(chunk, count);
      System.arraycopy(chunk, 0, into, from, count);
    }
  }
}
