package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.op.Value;

/**
 * {@code x > 0 ? x : slope x} (Maas, Hannun and Ng, 2013).
 *
 * @param slope the slope for negative numbers, 0.01 unless given
 */
public record LeakyRelu(@Default("0.01") double slope) implements Activation {
  @Override
  public Value of(Value x) {
    return x.leakyRelu(slope);
  }
}
