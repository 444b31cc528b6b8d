package io.sparrowml.layer;

import io.sparrowml.op.Value;

/** A layer without parameters whose output has the input's shape; other layers may end in one. */
public interface Activation extends Layer {
  /** The function. */
  Value of(Value x);

  @Override
  default Value apply(Value x, Parameters p) {
    return of(x);
  }
}
