package io.sparrowml.metric;

import io.sparrowml.config.ConfigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The state of metrics that are ratios of counts by class: how often each class is predicted and
 * right, how often it is predicted, and how often it is there. Of k classes the state has 3 k
 * numbers; none before there are samples.
 */
final class ClassCounts {
  /** Results are given by class for no more classes than this. */
  static final int SHOWN = 100;

  private ClassCounts() {}

  /** A ratio of a class's counts; 0 where it has no denominator, as in scikit-learn. */
  @FunctionalInterface
  interface Ratio {
    /**
     * The ratio.
     *
     * @param hits predicted and right
     * @param predicted how often
     * @param actual how often it is there
     */
    double of(long hits, long predicted, long actual);
  }

  /** A fraction that is 0 where it is 0 / 0. */
  static double fraction(long of, long by) {
    return by == 0 ? 0 : (double) of / by;
  }

  static long[] add(long[] state, Samples samples) {
    int classes = samples.classes();
    long[] counts = state.length == 0 && samples.count() > 0 ? new long[3 * classes] : state;
    for (int i = 0; i < samples.count(); i++) {
      int target = samples.target(i);
      int predicted = samples.predicted(i);
      counts[target] += target == predicted ? 1 : 0;
      counts[classes + predicted]++;
      counts[2 * classes + target]++;
    }
    return counts;
  }

  /** Adds counts of as many classes, where both have samples. */
  static long[] merge(long[] state, long[] other) {
    if (state.length == 0 || other.length == 0) {
      return state.length == 0 ? other : state;
    }
    for (int i = 0; i < state.length; i++) {
      state[i] += other[i];
    }
    return state;
  }

  /**
   * The ratio of all classes.
   *
   * @param average how; that of class 1 for two classes and the mean for more where not given
   */
  static double result(long[] state, @Nullable Average average, Ratio ratio) {
    int classes = state.length / 3;
    long samples = sum(state, 2 * classes, classes);
    if (samples == 0) {
      return Double.NaN;
    }
    Average how = average != null ? average : classes == 2 ? Average.BINARY : Average.MACRO;
    return switch (how) {
      case BINARY -> of(state, 1, ratio);
      case MACRO -> {
        int[] met =
            IntStream.range(0, classes)
                .filter(k -> state[classes + k] + state[2 * classes + k] > 0)
                .toArray();
        double sum = 0;
        for (int k : met) {
          sum += of(state, k, ratio);
        }
        yield sum / met.length;
      }
      case MICRO -> ratio.of(sum(state, 0, classes), sum(state, classes, classes), samples);
      case WEIGHTED -> {
        double sum = 0;
        for (int k = 0; k < classes; k++) {
          sum += state[2 * classes + k] * of(state, k, ratio);
        }
        yield sum / samples;
      }
    };
  }

  /** The ratio by name, and by class as {@code name.class}. */
  static Map<String, Double> results(
      String name, long[] state, @Nullable Average average, Ratio ratio) {
    Map<String, Double> results = new LinkedHashMap<>();
    results.put(name, result(state, average, ratio));
    int classes = state.length / 3;
    for (int k = 0; k < classes && classes <= SHOWN; k++) {
      results.put(name + "." + k, of(state, k, ratio));
    }
    return results;
  }

  /** The names of {@link #results}. */
  static List<String> names(String name, Task task) {
    List<String> names = new ArrayList<>(List.of(name));
    for (int k = 0; k < task.classes() && task.classes() <= SHOWN; k++) {
      names.add(name + "." + k);
    }
    return names;
  }

  /** Refuses numbers, and one of two classes where there are more. */
  static void check(String name, @Nullable Average average, Task task) {
    task.requireClasses(name);
    if (average == Average.BINARY && task.classes() != 2) {
      throw new ConfigException(
          "%s: expects two classes for average binary, got %d; use macro, micro or weighted"
              .formatted(name, task.classes()));
    }
  }

  private static double of(long[] state, int k, Ratio ratio) {
    int classes = state.length / 3;
    return ratio.of(state[k], state[classes + k], state[2 * classes + k]);
  }

  private static long sum(long[] state, int from, int length) {
    long sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += state[i];
    }
    return sum;
  }
}
