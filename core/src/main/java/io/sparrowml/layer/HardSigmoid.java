package io.sparrowml.layer;

import io.sparrowml.op.Value;

/**
 * {@code min(max(x / 6 + 1 / 2, 0), 1)}, a sigmoid of straight lines (Howard et al., <em>Searching
 * for MobileNetV3</em>, 2019; slope as in PyTorch).
 */
public record HardSigmoid() implements Activation {
  @Override
  public Value of(Value x) {
    return x.scale(1 / 6.0).shift(0.5).clip(0, 1);
  }
}
