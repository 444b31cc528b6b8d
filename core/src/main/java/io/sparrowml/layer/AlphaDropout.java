package io.sparrowml.layer;

import io.sparrowml.config.Ranges;
import io.sparrowml.op.DropoutMask;
import io.sparrowml.op.Value;
import java.util.List;

/**
 * Dropout for {@link Selu} (Klambauer et al., <em>Self-normalizing neural networks</em>, 2017): in
 * training each number becomes SELU's limit {@code l = -1.7581} with probability {@code rate}, and
 * all are then scaled and shifted so that inputs of mean 0 and variance 1 give outputs of mean 0
 * and variance 1: {@code a (x d + l (1 - d)) + b}, where {@code d} is 0 or 1, {@code a = (q + l^2 q
 * (1 - q))^-1/2}, {@code b = -a (1 - q) l} and {@code q = 1 - rate}. In inference nothing changes.
 *
 * @param rate the probability of dropping, in [0, 1)
 */
public record AlphaDropout(double rate) implements Layer {
  private static final double LIMIT = -Selu.SCALE * Selu.ALPHA;

  /** Checks the rate. */
  public AlphaDropout {
    Ranges.fraction("rate", rate);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    if (!p.training() || rate == 0) {
      return x;
    }
    double kept = 1 - rate;
    double a = 1 / Math.sqrt(kept * (1 + LIMIT * LIMIT * rate));
    double b = -a * rate * LIMIT;
    // The mask is d / q, and a (x d + l (1 - d)) + b is a (x - l) d + a l + b.
    Value mask = x.engine().apply(new DropoutMask(rate, p.random("dropout")), List.of(x));
    return x.shift(-LIMIT).multiply(mask).scale(a * kept).shift(a * LIMIT + b);
  }
}
