package io.sparrowml.initializer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.tensor.RandomKey;

/**
 * Normal with a given mean and standard deviation, without regard to the shape of the parameter.
 *
 * @param stddev the standard deviation, above 0, 0.05 unless given, as in Keras (1 in PyTorch)
 * @param mean the mean, 0 unless given
 */
public record Normal(@Default("0.05") double stddev, @Default("0") double mean)
    implements Independent {
  /** Checks the standard deviation. */
  public Normal {
    Ranges.positive("stddev", stddev);
  }

  @Override
  public double sample(Fans fans, RandomKey key, long index) {
    return mean + stddev * key.normal(index);
  }
}
