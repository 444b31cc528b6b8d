package io.sparrowml.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Losses by learning rate, from a {@link LearningRateRange}.
 *
 * @param rates growing
 * @param losses as measured, one a rate
 * @param smoothed their running mean of decay 0.9, corrected for its start at zero
 */
public record LossCurve(List<Double> rates, List<Double> losses, List<Double> smoothed) {
  private static final double DECAY = 0.9;
  private static final int WIDTH = 50;

  /** Takes copies. */
  public LossCurve {
    rates = List.copyOf(rates);
    losses = List.copyOf(losses);
    smoothed = List.copyOf(smoothed);
  }

  /** The curve of some losses. */
  public LossCurve(List<Double> rates, List<Double> losses) {
    this(rates, losses, smooth(losses));
  }

  private static List<Double> smooth(List<Double> losses) {
    List<Double> smoothed = new ArrayList<>();
    double mean = 0;
    double weight = 0;
    for (double loss : losses) {
      mean = DECAY * mean + (1 - DECAY) * loss;
      weight = DECAY * weight + (1 - DECAY);
      smoothed.add(mean / weight);
    }
    return smoothed;
  }

  /** The smoothed loss at the largest rate. */
  double last() {
    return smoothed.get(smoothed.size() - 1);
  }

  /** The least smoothed loss. */
  double least() {
    return smoothed.get(bottom());
  }

  /** Where the smoothed loss is least; losses that are not numbers do not count. */
  private int bottom() {
    int bottom = 0;
    for (int i = 1; i < smoothed.size(); i++) {
      bottom = smoothed.get(i) < smoothed.get(bottom) ? i : bottom;
    }
    return bottom;
  }

  /**
   * A good rate: the one at which the smoothed loss falls fastest, from rate to rate, before it is
   * least.
   */
  public double steepest() {
    int best = 0;
    double fall = 0;
    for (int i = 1; i <= bottom(); i++) {
      double here = smoothed.get(i - 1) - smoothed.get(i);
      if (here > fall) {
        fall = here;
        best = i;
      }
    }
    return rates.get(best);
  }

  /**
   * The curve as text, a line a rate: the rate, the smoothed loss, and a bar from the least loss to
   * the first.
   *
   * @param lines how many at the most, at least 1
   */
  public String draw(int lines) {
    StringBuilder text = new StringBuilder();
    double unit = Math.max(smoothed.get(0) - least(), Double.MIN_NORMAL);
    int every = (rates.size() + lines - 1) / lines;
    for (int i = 0; i < rates.size(); i += every) {
      double part = (smoothed.get(i) - least()) / unit;
      int bar = Double.isNaN(part) ? WIDTH : (int) Math.round(WIDTH * Math.min(1, part));
      text.append(
          String.format(
                  Locale.ROOT, "%9.2e %10.4f %s", rates.get(i), smoothed.get(i), "*".repeat(bar))
              .stripTrailing());
      text.append('\n');
    }
    return text.toString();
  }
}
