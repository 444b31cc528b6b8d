package io.sparrowml.initializer;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.tensor.RandomKey;

/**
 * Uniform between two numbers, without regard to the shape of the parameter.
 *
 * @param low the least number, -0.05 unless given, as in Keras (0 in PyTorch)
 * @param high the greatest number, above the least, 0.05 unless given (1 in PyTorch)
 */
public record Uniform(@Default("-0.05") double low, @Default("0.05") double high)
    implements Independent {
  /** Checks that there is something between the numbers. */
  public Uniform {
    if (!(low < high)) {
      throw new ConfigException(
          "high: expects a number above low, %s, got %s".formatted(low, high));
    }
  }

  @Override
  public double sample(Fans fans, RandomKey key, long index) {
    return low + (high - low) * key.uniform(index);
  }
}
