package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Of the samples of a class, the share for which it is predicted: {@code TP / (TP + FN)}.
 *
 * <p>Results are the average, and each class's as {@code recall.class} for up to 100 classes. A
 * class that is never there has 0, as in scikit-learn.
 *
 * @param average how one number is made of the classes'; where not given, that of class 1 for two
 *     classes, and the mean for more
 */
public record Recall(@Nullable Average average) implements Metric {
  @Override
  public String name() {
    return "recall";
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
    return ClassCounts.fraction(hits, actual);
  }

  @Override
  public double result(long[] state) {
    return ClassCounts.result(state, average, Recall::ratio);
  }

  @Override
  public Map<String, Double> results(long[] state) {
    return ClassCounts.results(name(), state, average, Recall::ratio);
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
