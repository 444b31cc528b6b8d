package io.sparrowml.initializer;

import io.sparrowml.tensor.RandomKey;

/**
 * One number everywhere; a small positive one in biases keeps ReLU units from starting dead.
 *
 * @param value the number
 */
public record Constant(double value) implements Independent {
  @Override
  public double sample(Fans fans, RandomKey key, long index) {
    return value;
  }
}
