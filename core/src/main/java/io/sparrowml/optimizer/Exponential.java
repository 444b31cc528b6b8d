package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;

/**
 * A rate that is multiplied by a factor over every so many updates, smoothly: {@code from
 * factor^((step - 1) / every)}. With {@code every} 1 it is PyTorch's {@code ExponentialLR}. A
 * factor above 1 lets it grow.
 *
 * @param from the rate of the first update
 * @param factor above 0
 * @param every over how many updates, 1 unless given
 */
public record Exponential(double from, double factor, @Default("1") long every)
    implements Schedule {
  /** Checks the ranges. */
  public Exponential {
    Ranges.positive("from", from);
    Ranges.positive("factor", factor);
    Ranges.atLeastOne("every", every);
  }

  @Override
  public double rate(long step) {
    return from * StrictMath.pow(factor, (step - 1) / (double) every);
  }
}
