package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Of the samples for which a class is predicted, the share that are of it: {@code TP / (TP + FP)}.
 *
 * <p>Results are the average, and each class's as {@code precision.class} for up to 100 classes. A
 * class that is never predicted has 0, as in scikit-learn.
 *
 * @param average how one number is made of the classes'; where not given, that of class 1 for two
 *     classes, and the mean for more
 */
public record Precision(@Nullable Average average) implements Metric {
  @Override
  public String name() {
    return "precision";
  }

  @Override
  public long[] zero() {
    return new long[0];
  }

  @Override
  public long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    Samples samples = Samples.ofClasses(name(), outputs, targets, rows);
    check(new Task(true, samples.units()));
    return ClassCounts.add(state, samples);
  }

  @Override
  public long[] merge(long[] state, long[] other) {
    return ClassCounts.merge(state, other);
  }

  private static double ratio(long hits, long predicted, long actual) {
    return ClassCounts.fraction(hits, predicted);
  }

  @Override
  public double result(long[] state) {
    return ClassCounts.result(state, average, Precision::ratio);
  }

  @Override
  public Map<String, Double> results(long[] state) {
    return ClassCounts.results(name(), state, average, Precision::ratio);
  }

  @Override
  public List<String> names(Task task) {
    return ClassCounts.names(name(), task);
  }

  @Override
  public boolean ascends() {
    return true;
  }

  @Override
  public void check(Task task) {
    ClassCounts.check(name(), average, task);
  }
}
