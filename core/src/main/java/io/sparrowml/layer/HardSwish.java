package io.sparrowml.layer;

import io.sparrowml.op.Value;

/**
 * {@code x min(max(x / 6 + 1 / 2, 0), 1)} (Howard et al., <em>Searching for MobileNetV3</em>,
 * 2019).
 */
public record HardSwish() implements Activation {
  @Override
  public Value of(Value x) {
    return x.multiply(x.scale(1 / 6.0).shift(0.5).clip(0, 1));
  }
}
