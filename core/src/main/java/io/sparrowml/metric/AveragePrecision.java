package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.Map;

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
public record AveragePrecision() implements Metric {
  private static final Scores SCORES = new Scores("average-precision", Scores.LIMIT);

  @Override
  public String name() {
    return "average-precision";
  }

  @Override
  public long[] zero() {
    return new long[0];
  }

  @Override
  public long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    return SCORES.add(state, outputs, targets, rows);
  }

  @Override
  public long[] merge(long[] state, long[] other) {
    return SCORES.merge(state, other);
  }

  private static double area(ScoreCounts scores) {
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

  @Override
  public double result(long[] state) {
    return SCORES.result(state, AveragePrecision::area);
  }

  @Override
  public Map<String, Double> results(long[] state) {
    return SCORES.results(state, AveragePrecision::area);
  }

  @Override
  public List<String> names(Task task) {
    return SCORES.names(task);
  }

  @Override
  public boolean ascends() {
    return true;
  }

  @Override
  public void check(Task task) {
    task.requireClasses(name());
  }
}
