package io.sparrowml.optimizer;

import io.sparrowml.config.Catalog;
import io.sparrowml.config.Ranges;
import org.jspecify.annotations.Nullable;

/** The schedules by the names that configurations use. */
public final class Schedules {
  /** All of them. */
  public static final Catalog<Schedule> CATALOG =
      new Catalog<>(Schedule.class, "schedule")
          .addBare("constant", Constant.class)
          .add("step", StepDecay.class)
          .add("exponential", Exponential.class)
          .add("polynomial", Polynomial.class)
          .add("cosine", Cosine.class)
          .add("cosine-restarts", CosineRestarts.class)
          .add("one-cycle", OneCycle.class)
          .add("warm-up", WarmUp.class);

  private Schedules() {}

  /** A length that must be known by now. */
  static long known(String kind, @Nullable Long steps) {
    if (steps == null) {
      throw new IllegalStateException(
          kind + " expects a number of steps, got none; give steps, or ask its over(steps)");
    }
    return steps;
  }

  static void checkLength(@Nullable Long steps) {
    if (steps != null) {
      Ranges.atLeastOne("steps", steps);
    }
  }

  /** From one number to another along half a wave of the cosine; {@code part} in [0, 1]. */
  static double wave(double from, double to, double part) {
    return to + (from - to) * (1 + StrictMath.cos(StrictMath.PI * part)) / 2;
  }
}
