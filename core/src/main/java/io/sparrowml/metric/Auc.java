package io.sparrowml.metric;

import java.math.BigInteger;

/**
 * The area under the receiver operating characteristic: the probability that a sample of a class
 * scores higher than one of another, where equal scores count half (Hanley and McNeil, <em>The
 * meaning and use of the area under a ROC curve</em>, 1982). Exact, over all samples.
 *
 * <p>Of two classes it is that of class 1. Of more it is the mean over the classes, each against
 * the others, and each one's as {@code auc.class} for up to 100 classes. A class without samples,
 * or with all of them, has none and does not count in the mean. Samples are ordered by the
 * logarithm of the odds as float32; scikit-learn's {@code roc_auc_score} gives the same for
 * probabilities that differ.
 */
public record Auc() implements RankedArea {
  private static final Scores SCORES = new Scores("auc", Scores.LIMIT);

  @Override
  public String name() {
    return "auc";
  }

  @Override
  public Scores scores() {
    return SCORES;
  }

  @Override
  public double area(ScoreCounts scores) {
    long positives = scores.ofClass();
    long negatives = scores.ofOthers();
    if (positives == 0 || negatives == 0 || !scores.finite()) {
      return Double.NaN;
    }
    BigInteger twice = BigInteger.ZERO;
    long below = 0;
    for (int i = 0; i < scores.size(); i++) {
      if (scores.ofClass(i) > 0) {
        BigInteger won = BigInteger.valueOf(2 * below + scores.ofOthers(i));
        twice = twice.add(won.multiply(BigInteger.valueOf(scores.ofClass(i))));
      }
      below += scores.ofOthers(i);
    }
    return twice.doubleValue() / (2.0 * positives * negatives);
  }
}
