package io.sparrowml.layer;

import io.sparrowml.op.Value;

/** {@code 1 / (1 + e^-x)}. */
public record Sigmoid() implements Activation {
  @Override
  public Value of(Value x) {
    return x.sigmoid();
  }
}
