package io.sparrowml.layer;

import io.sparrowml.op.Value;
import io.sparrowml.tensor.ShapeException;
import java.util.List;

/** One of several ways through a block of layers. */
final class Branch {
  private Branch() {}

  /** Layers one after the other under a name; the identity where there are none. */
  static Value of(String name, List<Layer> layers, Value x, Parameters p) {
    if (layers.isEmpty()) {
      return x;
    }
    try {
      return new Sequential(layers).apply(x, p.scope(name));
    } catch (ShapeException e) {
      throw e.at(name);
    }
  }
}
