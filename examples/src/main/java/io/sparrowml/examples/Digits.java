package io.sparrowml.examples;

import io.sparrowml.data.SyntheticDigits;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.nio.FloatBuffer;

/**
 * Drawn digits in memory.
 *
 * @param images {@code [n, 784]}, pixels of 0 to 1
 * @param labels {@code [n]}, the digits
 */
record Digits(Tensor images, Tensor labels) {
  /** Draws digits; another seed gives other ones. */
  static Digits draw(Arena arena, long seed, int count) {
    SyntheticDigits digits = new SyntheticDigits(RandomKey.of(seed));
    Tensor images = Tensor.allocate(arena, DType.FLOAT32, Shape.of(count, SyntheticDigits.PIXELS));
    Tensor labels = Tensor.allocate(arena, DType.FLOAT32, Shape.of(count));
    FloatBuffer pixels = images.floats();
    byte[] image = new byte[SyntheticDigits.PIXELS];
    for (int i = 0; i < count; i++) {
      labels.floats().put(i, digits.draw(i, image));
      for (byte pixel : image) {
        pixels.put((pixel & 0xff) / 255f);
      }
    }
    return new Digits(images, labels);
  }

  /** Some of the digits, sharing memory. */
  Digits rows(int from, int count) {
    return new Digits(images.rows(from, count), labels.rows(from, count));
  }

  int count() {
    return labels.size();
  }
}
