package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;

/**
 * A rate that drops every so many updates: {@code from factor^floor((step - 1) / every)}. PyTorch's
 * {@code StepLR}, which counts whatever its caller does; this one counts updates.
 *
 * @param from the rate of the first update
 * @param every after how many updates it drops
 * @param factor by which it is multiplied then, above 0; 0.1 unless given
 */
public record StepDecay(double from, long every, @Default("0.1") double factor)
    implements Schedule {
  /** Checks the ranges. */
  public StepDecay {
    Ranges.positive("from", from);
    Ranges.atLeastOne("every", every);
    Ranges.positive("factor", factor);
  }

  @Override
  public double rate(long step) {
    long drops = (step - 1) / every;
    return from * StrictMath.pow(factor, (double) drops);
  }
}
