package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;

/**
 * A rate that falls along half a wave of the cosine and starts anew, over and over (Loshchilov and
 * Hutter, <em>SGDR</em>, 2017). PyTorch's {@code CosineAnnealingWarmRestarts}.
 *
 * @param from the rate at each start
 * @param to the rate towards which it falls, 0 unless given
 * @param period how many updates the first wave takes
 * @param growth by which each wave is longer than the one before, a whole number; 1 unless given
 */
public record CosineRestarts(
    double from, @Default("0") double to, long period, @Default("1") int growth)
    implements Schedule {
  /** Checks the ranges. */
  public CosineRestarts {
    Ranges.positive("from", from);
    Ranges.notNegative("to", to);
    Ranges.atLeastOne("period", period);
    Ranges.atLeastOne("growth", growth);
  }

  @Override
  public double rate(long step) {
    long length = period;
    long into = step - 1;
    if (growth == 1) {
      into %= length;
    }
    while (into >= length) {
      into -= length;
      length *= growth;
    }
    return Schedules.wave(from, to, into / (double) length);
  }
}
