package io.sparrowml.layer;

import io.sparrowml.op.Value;

/** The hyperbolic tangent. */
public record Tanh() implements Activation {
  @Override
  public Value of(Value x) {
    return x.tanh();
  }
}
