package io.sparrowml.layer;

import io.sparrowml.op.Value;
import java.util.List;

/** How several values become one, where branches of a network meet. */
public interface Combination {
  /**
   * The combination of at least one value.
   *
   * @throws io.sparrowml.tensor.ShapeException when the shapes do not fit
   */
  Value of(List<Value> values);
}
