package io.sparrowml.metric;

import io.sparrowml.config.ConfigException;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How often a class is there and a class is predicted, for all pairs of classes.
 *
 * <p>Results are the counts alone, as {@code confusion-matrix.actual.predicted}. The state of k
 * classes has k k numbers, row by row; none before there are samples. {@link #result} is the share
 * on the diagonal, which is the accuracy, so it is not among the results.
 */
public record ConfusionMatrix() implements Metric {
  private static final int LIMIT = 100;

  @Override
  public String name() {
    return "confusion-matrix";
  }

  @Override
  public long[] zero() {
    return new long[0];
  }

  @Override
  public long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    Samples samples = Samples.ofClasses(name(), outputs, targets, rows);
    check(new Task(true, samples.units()));
    int classes = samples.classes();
    long[] counts = state.length == 0 && samples.count() > 0 ? new long[classes * classes] : state;
    for (int i = 0; i < samples.count(); i++) {
      counts[samples.target(i) * classes + samples.predicted(i)]++;
    }
    return counts;
  }

  @Override
  public long[] merge(long[] state, long[] other) {
    return ClassCounts.merge(state, other);
  }

  @Override
  public double result(long[] state) {
    int classes = classes(state);
    long all = 0;
    long right = 0;
    for (int i = 0; i < state.length; i++) {
      all += state[i];
      right += i % (classes + 1) == 0 ? state[i] : 0;
    }
    return (double) right / all;
  }

  @Override
  public Map<String, Double> results(long[] state) {
    Map<String, Double> results = new LinkedHashMap<>();
    List<String> names = cells(classes(state));
    for (int i = 0; i < state.length; i++) {
      results.put(names.get(i), (double) state[i]);
    }
    return results;
  }

  @Override
  public List<String> names(Task task) {
    return cells(task.classes());
  }

  private List<String> cells(int classes) {
    List<String> names = new ArrayList<>();
    for (int actual = 0; actual < classes; actual++) {
      for (int predicted = 0; predicted < classes; predicted++) {
        names.add(name() + "." + actual + "." + predicted);
      }
    }
    return names;
  }

  private static int classes(long[] state) {
    return (int) Math.round(Math.sqrt(state.length));
  }

  @Override
  public boolean ascends() {
    return true;
  }

  /** On the diagonal more is better, beside it less. */
  @Override
  public boolean ascends(String name) {
    String[] parts = name.split("\\.", -1);
    return parts.length != 3 || parts[1].equals(parts[2]);
  }

  @Override
  public void check(Task task) {
    task.requireClasses(name());
    if (task.classes() > LIMIT) {
      throw new ConfigException(
          "%s: expects at most %d classes, got %d".formatted(name(), LIMIT, task.classes()));
    }
  }
}
