package io.sparrowml.initializer;

import io.sparrowml.tensor.RandomKey;

/**
 * Uniform within {@code sqrt(3 / fanIn)}, which has variance {@code 1 / fanIn} (LeCun et al.,
 * 1998).
 */
public record LecunUniform() implements Independent {
  @Override
  public double sample(Fans fans, RandomKey key, long index) {
    return StrictMath.sqrt(3 / fans.in()) * (2 * key.uniform(index) - 1);
  }
}
