package io.sparrowml.layer;

import io.sparrowml.config.Ranges;
import io.sparrowml.op.Gaussian;
import io.sparrowml.op.Value;
import java.util.List;

/**
 * Adds normal noise to activations (Bishop, <em>Training with noise is equivalent to Tikhonov
 * regularization</em>, 1995): in training {@code x + stddev e} with {@code e} standard normal; in
 * inference nothing changes.
 *
 * @param stddev the standard deviation of the noise, at least 0
 */
public record GaussianNoise(double stddev) implements Layer {
  /** Checks the standard deviation. */
  public GaussianNoise {
    Ranges.notNegative("stddev", stddev);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    if (!p.training() || stddev == 0) {
      return x;
    }
    Value noise = x.engine().apply(new Gaussian(p.random("noise")), List.of(x));
    return x.add(noise.scale(stddev));
  }
}
