package io.sparrowml.train;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.optimizer.Exponential;
import io.sparrowml.optimizer.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/**
 * The learning-rate range test (Smith, <em>Cyclical learning rates</em>, 2017, section 3.3): a
 * short training whose rate grows from very small to too large, here by an equal factor each
 * update. The loss falls fastest where the rate is good and explodes where it is too large.
 *
 * <pre>
 *   LearningRateRange range = new LearningRateRange(1e-6, 1, 200);
 *   Updater updater = new Updater(optimizer, range.schedule(), null, null);
 *   LossCurve curve = range.run(step -&gt; trainOneBatch(updater, step));
 * </pre>
 *
 * @param from the rate of the first update
 * @param to the rate of the last one, above {@code from}
 * @param steps how many updates there are at the most, at least 2
 */
public record LearningRateRange(
    @Default("1e-6") double from, @Default("1") double to, @Default("200") int steps) {
  /** So many times its least, the loss has exploded. */
  private static final double EXPLODED = 4;

  /** Checks the ranges. */
  public LearningRateRange {
    if (!(from > 0)) {
      throw new ConfigException("from: expects a learning rate above 0, got " + from);
    }
    if (!(to > from && to < Double.POSITIVE_INFINITY)) {
      throw new ConfigException("to: expects a learning rate above " + from + ", got " + to);
    }
    if (steps < 2) {
      throw new ConfigException("steps: expects at least 2, got " + steps);
    }
  }

  /** The growing rate. */
  public Schedule schedule() {
    return new Exponential(from, to / from, steps - 1);
  }

  /**
   * Runs the updates until the smoothed loss is not finite or four times its least.
   *
   * @param update does an update, counted from 1, at the rate of the {@link #schedule}, and returns
   *     the loss before it
   */
  public LossCurve run(LongToDoubleFunction update) {
    List<Double> rates = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    LossCurve curve = new LossCurve(rates, losses);
    for (long step = 1; step <= steps; step++) {
      rates.add(schedule().rate(step));
      losses.add(update.applyAsDouble(step));
      curve = new LossCurve(rates, losses);
      if (curve.last() > EXPLODED * curve.least() || !Double.isFinite(curve.last())) {
        break;
      }
    }
    return curve;
  }
}
