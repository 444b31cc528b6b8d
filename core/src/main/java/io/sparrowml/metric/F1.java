package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The harmonic mean of precision and recall of a class: {@code 2 TP / (2 TP + FP + FN)} (van
 * Rijsbergen, <em>Information Retrieval</em>, 1979, chapter 7, with equal weights).
 *
 * <p>Results are the average, and each class's as {@code f1.class} for up to 100 classes. A class
 * that is never there and never predicted has 0, as in scikit-learn.
 *
 * @param average how one number is made of the classes'; where not given, that of class 1 for two
 *     classes, and the mean for more
 */
public record F1(@Nullable Average average) implements Metric {
  @Override
  public String name() {
    return "f1";
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
    return ClassCounts.fraction(2 * hits, predicted + actual);
  }

  @Override
  public double result(long[] state) {
    return ClassCounts.result(state, average, F1::ratio);
  }

  @Override
  public Map<String, Double> results(long[] state) {
    return ClassCounts.results(name(), state, average, F1::ratio);
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
