package io.sparrowml.initializer;

import io.sparrowml.tensor.RandomKey;

/** Uniform within {@code sqrt(6 / (fanIn + fanOut))} (Glorot and Bengio, 2010, equation 16). */
public record XavierUniform() implements Independent {
  @Override
  public double sample(Fans fans, RandomKey key, long index) {
    return StrictMath.sqrt(6 / (fans.in() + fans.out())) * (2 * key.uniform(index) - 1);
  }
}
