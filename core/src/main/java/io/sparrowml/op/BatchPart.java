package io.sparrowml.op;

import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the parts of batch normalization share: no gradients of gradients, and shapes. */
interface BatchPart extends Op {
  @Override
  default List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    throw new UnsupportedOperationException(
        "batch normalization expects to be differentiated once, got a gradient of "
            + name()
            + "; use layer-norm or group-norm for gradients of gradients");
  }

  /**
   * Checks that inputs from a number on have these shapes.
   *
   * @throws ShapeException when one does not
   */
  default void check(List<Shape> in, int from, Shape... expected) {
    for (int i = from; i < in.size(); i++) {
      if (!in.get(i).equals(expected[i - from])) {
        throw new ShapeException(
            "%s of %s expects %s, got %s"
                .formatted(name(), in.get(0), expected[i - from], in.get(i)));
      }
    }
  }

  /**
   * The channels of {@code [..., channels]}.
   *
   * @throws ShapeException when there are none
   */
  default int channels(Shape x) {
    if (x.rank() == 0 || x.dim(-1) == 0) {
      throw new ShapeException(name() + " expects [..., channels], got " + x);
    }
    return x.dim(-1);
  }
}
