package io.sparrowml.layer;

import io.sparrowml.config.ConfigException;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import java.util.List;

/** Hyper-parameters that are one number, or one for each axis of space. */
final class PerAxis {
  private PerAxis() {}

  /**
   * A copy of numbers that are as they should be.
   *
   * @param axes how many axes there are
   * @param least the smallest that a number may be
   */
  static List<Integer> checked(String key, List<Integer> numbers, int axes, int least) {
    boolean fits = numbers.size() == 1 || numbers.size() == axes;
    if (!fits || numbers.stream().anyMatch(number -> number < least)) {
      throw new ConfigException(
          "%s: expects a number of at least %d%s, got %s"
              .formatted(key, least, axes == 1 ? "" : ", or " + axes + " of them", numbers));
    }
    return List.copyOf(numbers);
  }

  /** The number of an axis. */
  static int get(List<Integer> numbers, int axis) {
    return numbers.get(numbers.size() == 1 ? 0 : axis);
  }

  /** Checks that a layer's input is images. */
  static void images(String layer, Shape x) {
    if (x.rank() != 4) {
      throw new ShapeException(
          layer
              + " expects [n, height, width, channels], got "
              + x
              + "; put reshape before it, or give the model's input as [height, width, channels]");
    }
  }

  /** Checks that a layer's input is sequences. */
  static void sequences(String layer, Shape x) {
    if (x.rank() != 3) {
      throw new ShapeException(
          layer
              + " expects [n, time, features], got "
              + x
              + "; put reshape before it, or give the model's input as [time, features]");
    }
  }

  /** Sequences as images of height 1. */
  static Value images(Value sequences) {
    Shape x = sequences.shape();
    return sequences.reshape(Shape.of(x.dim(0), 1, x.dim(1), x.dim(2)));
  }

  /** Images of height 1 as sequences. */
  static Value sequences(Value images) {
    Shape x = images.shape();
    return images.reshape(Shape.of(x.dim(0), x.dim(2), x.dim(3)));
  }

  /** Anything with places and channels as images of height 1, all places in a row. */
  static Value places(String layer, Value x) {
    Shape shape = x.shape();
    if (shape.rank() < 3 || shape.from(1).size() == 0) {
      throw new ShapeException(
          layer + " expects [n, ..., channels] with axes between, got " + shape);
    }
    int channels = shape.dim(-1);
    int places = Math.toIntExact(shape.from(1).size() / channels);
    return x.reshape(Shape.of(shape.dim(0), 1, places, channels));
  }
}
