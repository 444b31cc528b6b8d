package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A ratio of how often each class is predicted, is there, and both; of all classes an average. */
interface ClassRatio extends Metric {
  /** How one number is made of the classes'; null where it follows from how many there are. */
  @Nullable Average average();

  /**
   * The ratio of a class, 0 where that is 0 / 0, as in scikit-learn.
   *
   * @param hits how often the class is predicted and right
   * @param predicted how often it is predicted
   * @param actual how often it is there
   */
  double ratio(long hits, long predicted, long actual);

  @Override
  default long[] zero() {
    return new long[0];
  }

  @Override
  default long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    Samples samples = Samples.ofClasses(name(), outputs, targets, rows);
    check(new Task(true, samples.units()));
    return ClassCounts.add(state, samples);
  }

  @Override
  default long[] merge(long[] state, long[] other) {
    return ClassCounts.merge(state, other);
  }

  @Override
  default double result(long[] state) {
    return ClassCounts.result(state, average(), this::ratio);
  }

  @Override
  default Map<String, Double> results(long[] state) {
    return ClassCounts.results(name(), state, average(), this::ratio);
  }

  @Override
  default List<String> names(Task task) {
    return ClassCounts.names(name(), task);
  }

  @Override
  default boolean ascends() {
    return true;
  }

  @Override
  default void check(Task task) {
    ClassCounts.check(name(), average(), task);
  }
}
