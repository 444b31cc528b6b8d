package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import org.jspecify.annotations.Nullable;

/**
 * A rate that falls along half a wave of the cosine (Loshchilov and Hutter, <em>SGDR</em>, 2017,
 * equation 5):
 *
 * <pre>
 *   to + (from - to) (1 + cos(pi (step - 1) / steps)) / 2
 * </pre>
 *
 * <p>Behind its steps it stays at {@code to}; PyTorch's {@code CosineAnnealingLR} rises again.
 *
 * @param from the rate of the first update
 * @param to the rate behind the last step, 0 unless given
 * @param steps how many updates it takes, all of the training unless given
 */
public record Cosine(double from, @Default("0") double to, @Nullable Long steps)
    implements Schedule {
  /** Checks the ranges. */
  public Cosine {
    Ranges.positive("from", from);
    Ranges.notNegative("to", to);
    Schedules.checkLength(steps);
  }

  @Override
  public double rate(long step) {
    double all = Schedules.known("cosine", steps);
    return Schedules.wave(from, to, Math.min(1, (step - 1) / all));
  }

  @Override
  public Schedule over(long all) {
    return steps == null ? new Cosine(from, to, all) : this;
  }
}
