package io.sparrowml.initializer;

import io.sparrowml.tensor.RandomKey;

/**
 * One number everywhere; a small positive one in biases, such as 0.01, keeps ReLU units from
 * starting dead: with a gradient of zero for every sample, from which they never recover.
 *
 * @param value the number
 */
public record Constant(double value) implements Independent {
  @Override
  public double sample(Fans fans, RandomKey key, long index) {
    return value;
  }
}
