package io.sparrowml.initializer;

import io.sparrowml.tensor.RandomKey;

/** All zeros: how biases start unless told otherwise. */
public record Zeros() implements Independent {
  @Override
  public double sample(Fans fans, RandomKey key, long index) {
    return 0;
  }
}
