package io.sparrowml.layer;

import io.sparrowml.initializer.Constant;
import io.sparrowml.initializer.Zeros;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import java.util.List;

/** What normalizing layers learn: {@code scale [channels]}, ones at first, and {@code shift}. */
final class ScaleAndShift {
  private ScaleAndShift() {}

  /** Both, or none where the layer wants neither; the one that it does not want stays as it is. */
  static List<Value> of(Parameters p, int channels, boolean scale, boolean shift) {
    Shape shape = Shape.of(channels);
    if (scale && shift) {
      return List.of(p.get("scale", shape, new Constant(1)), p.get("shift", shape, new Zeros()));
    } else if (scale) {
      Value factors = p.get("scale", shape, new Constant(1));
      return List.of(factors, factors.engine().full(factors, 0));
    } else if (shift) {
      Value terms = p.get("shift", shape, new Zeros());
      return List.of(terms.engine().full(terms, 1), terms);
    }
    return List.of();
  }
}
