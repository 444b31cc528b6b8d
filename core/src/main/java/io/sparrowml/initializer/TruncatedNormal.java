package io.sparrowml.initializer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.tensor.RandomKey;

/**
 * Normal with mean 0, but with numbers beyond two standard deviations drawn again; used for
 * transformers' kernels. What is left has a standard deviation of {@code 0.8796 stddev}.
 *
 * @param stddev the standard deviation before the cut, above 0, 0.05 unless given, as in Keras;
 *     PyTorch cuts at 2, whatever the standard deviation
 */
public record TruncatedNormal(@Default("0.05") double stddev) implements Independent {
  /** Checks the standard deviation. */
  public TruncatedNormal {
    Ranges.positive("stddev", stddev);
  }

  @Override
  public double sample(Fans fans, RandomKey key, long index) {
    double number = key.normal(index);
    for (int again = 1; Math.abs(number) > 2; again++) {
      number = key.with(again).normal(index);
    }
    return stddev * number;
  }
}
