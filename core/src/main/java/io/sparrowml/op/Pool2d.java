package io.sparrowml.op;

import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Window;

/** The shapes of pooling, {@code [n, height, width, channels] -> [n, positions, ...]}. */
final class Pool2d {
  private Pool2d() {}

  /** The shape of what windows over images give. */
  static Shape infer(String name, Window height, Window width, Shape x) {
    if (x.rank() != 4) {
      throw new ShapeException(
          "%s expects [n, height, width, channels], got %s".formatted(name, x));
    }
    if (!seesPlaces(height, x.dim(1)) || !seesPlaces(width, x.dim(2))) {
      throw new ShapeException(
          "%s expects windows that are within the images or reach into them, got %d x %d in %s%s"
              .formatted(
                  name, height.size(), width.size(), x, "; take a smaller size, or padding: same"));
    }
    return Shape.of(x.dim(0), height.positions(x.dim(1)), width.positions(x.dim(2)), x.dim(3));
  }

  private static boolean seesPlaces(Window window, int extent) {
    return window.positions(extent) > 0
        && window.before() < window.size()
        && window.after() < window.size()
        && window.dilation() == 1;
  }

  /** Checks that something has the shape of what windows over images give. */
  static void check(String name, Window height, Window width, Shape x, Shape y) {
    Shape expected = infer(name, height, width, x);
    if (!y.equals(expected)) {
      throw new ShapeException("%s expects %s of %s, got %s".formatted(name, expected, x, y));
    }
  }
}
