package io.sparrowml.layer;

import io.sparrowml.op.Value;

/** {@code max(x, 0)} (Nair and Hinton, 2010). */
public record Relu() implements Activation {
  @Override
  public Value of(Value x) {
    return x.relu();
  }
}
