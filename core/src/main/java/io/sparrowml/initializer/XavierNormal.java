package io.sparrowml.initializer;

import io.sparrowml.tensor.RandomKey;

/**
 * Normal with variance {@code 2 / (fanIn + fanOut)}, for tanh and sigmoid (Glorot and Bengio, 2010,
 * equation 12).
 */
public record XavierNormal() implements Independent {
  @Override
  public double sample(Fans fans, RandomKey key, long index) {
    return StrictMath.sqrt(2 / (fans.in() + fans.out())) * key.normal(index);
  }
}
