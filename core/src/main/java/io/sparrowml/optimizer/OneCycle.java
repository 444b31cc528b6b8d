package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import org.jspecify.annotations.Nullable;

/**
 * One cycle (Smith and Topin, <em>Super-convergence</em>, 2018): the rate rises from {@code max /
 * start-divisor} to {@code max}, then falls to {@code max / start-divisor / final-divisor}, both
 * along half a wave of the cosine. It is PyTorch's {@code OneCycleLR} with its defaults, except
 * that the momentum stays as it is.
 *
 * @param max the largest rate
 * @param steps how many updates the cycle takes, all of the training unless given
 * @param rise the share of the steps in which it rises, in [0, 1); 0.3 unless given
 * @param startDivisor 25 unless given
 * @param finalDivisor 1e4 unless given
 */
public record OneCycle(
    double max,
    @Nullable Long steps,
    @Default("0.3") double rise,
    @Default("25") double startDivisor,
    @Default("1e4") double finalDivisor)
    implements Schedule {
  /** Checks the ranges. */
  public OneCycle {
    Ranges.positive("max", max);
    Schedules.checkLength(steps);
    Ranges.fraction("rise", rise);
    Ranges.positive("start-divisor", startDivisor);
    Ranges.positive("final-divisor", finalDivisor);
  }

  @Override
  public double rate(long step) {
    double all = Schedules.known("one-cycle", steps);
    double before = step - 1;
    double top = rise * all - 1;
    double start = max / startDivisor;
    if (before < top) {
      return Schedules.wave(start, max, before / top);
    }
    double end = all - 1;
    return Schedules.wave(max, start / finalDivisor, Math.min(1, (before - top) / (end - top)));
  }

  @Override
  public Schedule over(long all) {
    return steps == null ? new OneCycle(max, all, rise, startDivisor, finalDivisor) : this;
  }
}
