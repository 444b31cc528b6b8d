package io.sparrowml.metric;

/**
 * The area under the curve of precision over recall, as a step function: {@code sum_i (R_i -
 * R_(i-1)) P_i}, where {@code P_i} and {@code R_i} are precision and recall when all samples that
 * score at least the i-th highest score are taken (scikit-learn's {@code average_precision_score}).
 * Exact, over all samples.
 *
 * <p>Of two classes it is that of class 1. Of more it is the mean over the classes, each against
 * the others, and each one's as {@code average-precision.class} for up to 100 classes. A class
 * without samples has none and does not count in the mean. Samples are ordered by the logarithm of
 * the odds as float32.
 */
public record AveragePrecision() implements RankedArea {
  private static final Scores SCORES = new Scores("average-precision", Scores.LIMIT);

  @Override
  public String name() {
    return "average-precision";
  }

  @Override
  public Scores scores() {
    return SCORES;
  }

  @Override
  public double area(ScoreCounts scores) {
    long positives = scores.ofClass();
    if (positives == 0 || !scores.finite()) {
      return Double.NaN;
    }
    double sum = 0;
    long hits = 0;
    long taken = 0;
    for (int i = scores.size() - 1; i >= 0; i--) {
      hits += scores.ofClass(i);
      taken += scores.ofClass(i) + scores.ofOthers(i);
      sum += (double) scores.ofClass(i) * hits / taken;
    }
    return sum / positives;
  }
}
