package io.sparrowml.layer;

import io.sparrowml.config.Ranges;
import io.sparrowml.op.DropoutMask;
import io.sparrowml.op.Value;
import java.util.List;

/**
 * Inverted dropout (Srivastava et al., 2014): in training each number is 0 with probability {@code
 * rate} and scaled by {@code 1 / (1 - rate)} else; in inference nothing changes.
 *
 * @param rate the probability of dropping, in [0, 1)
 */
public record Dropout(double rate) implements Layer {
  /** Checks the rate. */
  public Dropout {
    Ranges.fraction("rate", rate);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    if (!p.training() || rate == 0) {
      return x;
    }
    return x.multiply(x.engine().apply(new DropoutMask(rate, p.random("dropout")), List.of(x)));
  }
}
