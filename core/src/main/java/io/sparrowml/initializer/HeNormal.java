package io.sparrowml.initializer;

import io.sparrowml.tensor.RandomKey;

/** Normal with variance {@code 2 / fanIn}, for ReLU (He et al., 2015, equation 10). */
public record HeNormal() implements Independent {
  @Override
  public double sample(Fans fans, RandomKey key, long index) {
    return StrictMath.sqrt(2 / fans.in()) * key.normal(index);
  }
}
