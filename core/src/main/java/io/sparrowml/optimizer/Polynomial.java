package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import org.jspecify.annotations.Nullable;

/**
 * A rate that falls along a power of what remains, {@code to + (from - to) (1 - (step - 1) /
 * steps)^power}; linearly unless another power is given. Behind its steps it stays at {@code to}.
 * With {@code to} 0 it is PyTorch's {@code PolynomialLR}.
 *
 * @param from the rate of the first update
 * @param to the rate behind the last step, 0 unless given
 * @param power above 0, 1 unless given
 * @param steps how many updates it takes, all of the training unless given
 */
public record Polynomial(
    double from, @Default("0") double to, @Default("1") double power, @Nullable Long steps)
    implements Schedule {
  /** Checks the ranges. */
  public Polynomial {
    Ranges.positive("from", from);
    Ranges.notNegative("to", to);
    Ranges.positive("power", power);
    Schedules.checkLength(steps);
  }

  @Override
  public double rate(long step) {
    double all = Schedules.known("polynomial", steps);
    return to + (from - to) * StrictMath.pow(1 - Math.min(1, (step - 1) / all), power);
  }

  @Override
  public Schedule over(long all) {
    return steps == null ? new Polynomial(from, to, power, all) : this;
  }
}
