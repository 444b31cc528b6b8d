package io.sparrowml.initializer;

import io.sparrowml.tensor.RandomKey;

/**
 * Uniform within {@code sqrt(6 / fanIn)}, which has variance {@code 2 / fanIn} (He et al., 2015).
 */
public record HeUniform() implements Independent {
  @Override
  public double sample(Fans fans, RandomKey key, long index) {
    return StrictMath.sqrt(6 / fans.in()) * (2 * key.uniform(index) - 1);
  }
}
