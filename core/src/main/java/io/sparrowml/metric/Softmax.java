package io.sparrowml.metric;

/**
 * The probabilities of one sample's classes, from logits: the softmax of several outputs, or the
 * sigmoid of one, as the losses have it.
 *
 * <p>With the largest logit {@code m} and {@code rest}, the sum of {@code e^(x_j - m)} over all
 * other classes, the likeliest class has the probability {@code 1 / (1 + rest)}. Nothing overflows,
 * and nothing is lost near 0 or 1.
 */
final class Softmax {
  private final float[] logits;
  private final int from;
  private final int units;
  private final int best;
  private final double rest;

  /**
   * The probabilities of a sample.
   *
   * @param from index of its first logit
   * @param units how many it has
   */
  Softmax(float[] logits, int from, int units) {
    this.logits = logits;
    this.from = from;
    this.units = units;
    this.best = Accuracy.predicted(logits, from, units);
    double sum = 0;
    for (int k = 0; k < Math.max(2, units); k++) {
      sum += k == best ? 0 : StrictMath.exp(logit(k) - logit(best));
    }
    this.rest = sum;
  }

  /** Of one output x, class 0 has the logit 0 and class 1 has x. */
  private double logit(int k) {
    return units > 1 ? logits[from + k] : k == 0 ? 0 : logits[from];
  }

  /** The likeliest class. */
  int best() {
    return best;
  }

  /** The probability of the likeliest class. */
  double confidence() {
    return 1 / (1 + rest);
  }

  /** The negative logarithm of a class's probability. */
  double loss(int k) {
    return logit(best) - logit(k) + StrictMath.log1p(rest);
  }

  /** {@code log(p / (1 - p))} of a class's probability p, which grows with it. */
  double logOdds(int k) {
    if (units <= 2) {
      return logit(k) - logit(1 - k);
    }
    if (k == best) {
      return -StrictMath.log(rest);
    }
    double below = logit(k) - logit(best);
    return below - StrictMath.log1p(rest - StrictMath.exp(below));
  }
}
