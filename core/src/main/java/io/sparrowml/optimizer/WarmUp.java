package io.sparrowml.optimizer;

import io.sparrowml.config.Ranges;

/**
 * A rate that grows in equal steps to the start of another schedule (Goyal et al., <em>Large
 * minibatch SGD</em>, 2017, section 2.2): {@code then.rate(1) step / steps}, and then {@code then},
 * from its first update on.
 *
 * @param steps how many updates the growth takes
 * @param then what follows: a number or a schedule; where it takes all of the training unless told
 *     otherwise, it takes all that remains
 */
public record WarmUp(long steps, Schedule then) implements Schedule {
  /** Checks the length. */
  public WarmUp {
    Ranges.atLeastOne("steps", steps);
  }

  @Override
  public double rate(long step) {
    return step <= steps ? then.rate(1) * step / steps : then.rate(step - steps);
  }

  @Override
  public Schedule over(long all) {
    return new WarmUp(steps, then.over(Math.max(1, all - steps)));
  }
}
