package io.sparrowml.initializer;

import io.sparrowml.tensor.RandomKey;

/** All ones: how scales start. */
public record Ones() implements Independent {
  @Override
  public double sample(Fans fans, RandomKey key, long index) {
    return 1;
  }
}
