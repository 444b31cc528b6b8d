package io.sparrowml.layer;

import io.sparrowml.config.Ranges;
import io.sparrowml.op.Gaussian;
import io.sparrowml.op.Value;
import java.util.List;

/**
 * Dropout by normal factors (Srivastava et al., 2014, section 10): in training each number is
 * multiplied by one of mean 1 and variance {@code rate / (1 - rate)}, the same as with dropout of
 * this rate; in inference nothing changes.
 *
 * @param rate of the dropout with this variance, in [0, 1)
 */
public record GaussianDropout(double rate) implements Layer {
  /** Checks the rate. */
  public GaussianDropout {
    Ranges.fraction("rate", rate);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    if (!p.training() || rate == 0) {
      return x;
    }
    Value noise = x.engine().apply(new Gaussian(p.random("noise")), List.of(x));
    return x.multiply(noise.scale(Math.sqrt(rate / (1 - rate))).shift(1));
  }
}
