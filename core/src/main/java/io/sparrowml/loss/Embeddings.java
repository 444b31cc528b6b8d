package io.sparrowml.loss;

import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;

/** What losses of embeddings share: a few of them in each sample's output, and their distances. */
final class Embeddings {
  private Embeddings() {}

  /**
   * How many features {@code count} embeddings in one sample's output have, 0 where it does not
   * hold so many.
   *
   * @param sample {@code [count, features]} or {@code [count features]}
   */
  static int features(Shape sample, int count) {
    boolean apart = sample.rank() == 2 && sample.dim(0) == count;
    boolean together = sample.rank() == 1 && sample.dim(0) % count == 0;
    return apart || together ? Math.toIntExact(sample.size() / count) : 0;
  }

  /**
   * The embeddings in outputs, {@code [n, features]} each.
   *
   * @param loss its name in errors
   */
  static Value[] of(String loss, Value outputs, int count) {
    Shape shape = outputs.shape();
    int features = shape.rank() == 0 ? 0 : features(shape.from(1), count);
    if (features == 0) {
      throw new ShapeException(
          "%s expects outputs [n, %d, features], got %s".formatted(loss, count, shape));
    }
    int n = shape.dim(0);
    Value all = outputs.reshape(Shape.of(n, count * features));
    Value[] each = new Value[count];
    for (int i = 0; i < count; i++) {
      each[i] = all.slice(1, i * features, (i + 1) * features);
    }
    return each;
  }

  /** The squared distances of the rows of two matrices, {@code [n]}. */
  static Value squaredDistance(Value a, Value b) {
    int n = a.shape().dim(0);
    return a.subtract(b).square().sumTo(Shape.of(n, 1)).reshape(Shape.of(n));
  }
}
