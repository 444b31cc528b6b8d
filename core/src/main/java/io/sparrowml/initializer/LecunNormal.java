package io.sparrowml.initializer;

import io.sparrowml.tensor.RandomKey;

/** Normal with variance {@code 1 / fanIn} (LeCun et al., Efficient BackProp, 1998, equation 16). */
public record LecunNormal() implements Independent {
  @Override
  public double sample(Fans fans, RandomKey key, long index) {
    return StrictMath.sqrt(1 / fans.in()) * key.normal(index);
  }
}
