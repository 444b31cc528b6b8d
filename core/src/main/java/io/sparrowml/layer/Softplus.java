package io.sparrowml.layer;

import io.sparrowml.op.Value;

/** {@code log(1 + e^x)}, a smooth ReLU (Dugas et al., 2001). */
public record Softplus() implements Activation {
  @Override
  public Value of(Value x) {
    return x.softplus();
  }
}
