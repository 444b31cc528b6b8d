package io.sparrowml.metric;

import io.sparrowml.config.ConfigException;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The state of metrics that need every sample's score: for each class against the others, all
 * distinct scores in order, with how many samples of the class and of the others have them. Two
 * classes need one such list, that of class 1.
 *
 * <p>A score is the logarithm of the class's odds, {@code log(p / (1 - p))}, as float32. It orders
 * samples as the probability p does, but does not become equal near 0 and 1: of one output it is
 * the output itself, of two their difference.
 *
 * <pre>
 *  0         the number of lists
 *  1         rows at the end, not yet sorted in
 *  2 ...     the length of each list
 *  ...       the lists, one after the other
 *  ...       the rows at the end, an entry for each list, and room for more
 *
 *  entry     63            32 31                 1       0
 *           +----------------+--------------------+---------------+
 *           | score, ordered | count              | of the class? |
 *           +----------------+--------------------+---------------+
 * </pre>
 *
 * <p>Before there are samples the state has no numbers. Sums of states have nothing at the end, so
 * equal samples have equal states. A count that needs more than 31 bits takes several entries.
 *
 * @param metric which one, for errors
 * @param limit how many distinct scores a state may have, over all lists; each takes 8 bytes
 */
record Scores(String metric, int limit) {
  /** 256 MiB of scores. */
  static final int LIMIT = 1 << 25;

  private static final int HEAD = 2;
  private static final int ROOM = 1 << 12;
  private static final long MOST = Integer.MAX_VALUE;

  /** Adds samples. */
  long[] add(long[] state, Tensor outputs, Tensor targets, int rows) {
    Samples samples = Samples.ofClasses(metric, outputs, targets, rows);
    if (samples.count() == 0) {
      return state;
    }
    int lists = samples.classes() == 2 ? 1 : samples.classes();
    int more = samples.count() * lists;
    long[] into = state.length == 0 ? of(new long[lists][0], ROOM) : state;
    int at = end(into);
    if (at + more > into.length) {
      long[][] sorted = lists(into);
      into = of(sorted, Math.max(more, Math.max(ROOM, length(sorted))));
      at = end(into);
    }
    into[1] += samples.count();
    for (int i = 0; i < samples.count(); i++) {
      Softmax softmax = new Softmax(samples.outputs(), i * samples.units(), samples.units());
      int target = samples.target(i);
      for (int list = 0; list < lists; list++) {
        int k = lists == 1 ? 1 : list;
        into[at++] = entry(ordered((float) softmax.logOdds(k)) << 1 | (target == k ? 1 : 0), 1);
      }
    }
    return into;
  }

  /** Adds two states. */
  long[] merge(long[] state, long[] other) {
    if (state.length == 0 && other.length == 0) {
      return state;
    }
    if (state.length == 0 || other.length == 0) {
      return of(lists(state.length == 0 ? other : state), 0);
    }
    long[][] left = lists(state);
    long[][] right = lists(other);
    for (int list = 0; list < left.length; list++) {
      left[list] = union(left[list], right[list]);
    }
    return of(left, 0);
  }

  /** The mean over the classes that have a value. */
  double result(long[] state, ToDoubleFunction<ScoreCounts> value) {
    return mean(values(state, value));
  }

  /**
   * The mean by the metric's name, and of more than two classes each one's as {@code name.class}.
   */
  Map<String, Double> results(long[] state, ToDoubleFunction<ScoreCounts> value) {
    double[] values = values(state, value);
    Map<String, Double> results = new LinkedHashMap<>();
    results.put(metric, mean(values));
    for (int k = 0; k < values.length && shown(values.length); k++) {
      results.put(metric + "." + k, values[k]);
    }
    return results;
  }

  /** The names of {@link #results}. */
  List<String> names(Task task) {
    List<String> names = new ArrayList<>(List.of(metric));
    for (int k = 0; k < task.classes() && task.classes() > 2 && shown(task.classes()); k++) {
      names.add(metric + "." + k);
    }
    return names;
  }

  private static boolean shown(int lists) {
    return lists > 1 && lists <= ClassCounts.SHOWN;
  }

  private double[] values(long[] state, ToDoubleFunction<ScoreCounts> value) {
    return state.length == 0
        ? new double[0]
        : Arrays.stream(lists(state)).map(ScoreCounts::of).mapToDouble(value).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
  }

  /** A state of sorted lists with room at the end. */
  private long[] of(long[][] lists, int room) {
    int length = length(lists);
    if (length > limit) {
      throw new ConfigException(
          "%s: expects at most %,d distinct scores, got %,d; measure it on fewer rows"
              .formatted(metric, limit, length));
    }
    long[] state = new long[HEAD + lists.length + length + room];
    state[0] = lists.length;
    int at = HEAD + lists.length;
    for (int list = 0; list < lists.length; list++) {
      state[HEAD + list] = lists[list].length;
      System.arraycopy(lists[list], 0, state, at, lists[list].length);
      at += lists[list].length;
    }
    return state;
  }

  private static int length(long[][] lists) {
    return Math.toIntExact(Arrays.stream(lists).mapToLong(list -> list.length).sum());
  }

  /** The sorted lists of a state with what is at its end. */
  private static long[][] lists(long[] state) {
    int count = (int) state[0];
    int rows = (int) state[1];
    long[][] lists = new long[count][];
    int tail = end(state) - rows * count;
    int at = HEAD + count;
    for (int list = 0; list < count; list++) {
      int length = (int) state[HEAD + list];
      lists[list] = Arrays.copyOfRange(state, at, at + length);
      at += length;
      if (rows > 0) {
        long[] added = new long[rows];
        for (int row = 0; row < rows; row++) {
          added[row] = state[tail + row * count + list];
        }
        Arrays.sort(added);
        lists[list] = union(lists[list], added);
      }
    }
    return lists;
  }

  /** Where the next row is to be put. */
  private static int end(long[] state) {
    int end = HEAD + (int) state[0] * (1 + (int) state[1]);
    for (int list = 0; list < state[0]; list++) {
      end += (int) state[HEAD + list];
    }
    return end;
  }

  /** The entries of two sorted lists, those of one kind together. */
  private static long[] union(long[] left, long[] right) {
    long[] both = new long[left.length + right.length];
    int length = 0;
    int i = 0;
    int j = 0;
    while (i < left.length || j < right.length) {
      boolean fromLeft = j == right.length || (i < left.length && kind(left[i]) <= kind(right[j]));
      long kind = kind(fromLeft ? left[i] : right[j]);
      long count = 0;
      for (; i < left.length && kind(left[i]) == kind; i++) {
        count += count(left[i]);
      }
      for (; j < right.length && kind(right[j]) == kind; j++) {
        count += count(right[j]);
      }
      for (; count > MOST; count -= MOST) {
        both[length++] = entry(kind, MOST);
      }
      both[length++] = entry(kind, count);
    }
    return length == both.length ? both : Arrays.copyOf(both, length);
  }

  /** A whole number that is ordered as floats are; 0 and -0 are equal, NaN is the largest. */
  private static long ordered(float score) {
    int bits = Float.floatToIntBits(score + 0f);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  /**
   * An entry.
   *
   * @param kind the ordered score, and in the lowest bit whether the samples are of the class
   */
  private static long entry(long kind, long count) {
    return kind >> 1 << 32 | count << 1 | (kind & 1);
  }

  private static long kind(long entry) {
    return entry >> 32 << 1 | (entry & 1);
  }

  /** How many samples an entry stands for. */
  static long count(long entry) {
    return (entry & 0xffffffffL) >> 1;
  }

  /** Whether an entry is of samples of the class. */
  static boolean ofClass(long entry) {
    return (entry & 1) == 1;
  }

  /** The score of an entry, as a number that is ordered as scores are. */
  static int score(long entry) {
    return (int) (entry >> 32);
  }

  /** The score of outputs that are not numbers. */
  static int notNumber() {
    return (int) ordered(Float.NaN);
  }
}
