package io.sparrowml.metric;

import io.sparrowml.config.ConfigException;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A measure of a model over any number of samples: a monoid. Its state is an array of whole
 * numbers: counts, sums in fixed point ({@link ExactSum}), sorted scores ({@link Scores}). So
 * samples and states can come in any order and give the same bits.
 *
 * <p>A state belongs to its metric: {@link #add} and {@link #merge} may change the arrays that they
 * are given, and return the one to go on with, which may be another, as states can grow.
 */
public interface Metric {
  /** The name in results: that of {@link #result}, and what all its other names begin with. */
  String name();

  /** The state of no samples. */
  long[] zero();

  /**
   * Adds samples to a state.
   *
   * @param outputs what the last layer gave, {@code [n, units]}, or {@code [n, t, units]} for
   *     sequences, of which every position counts; one unit needs no axis
   * @param targets classes {@code [n]} or {@code [n, t]}; numbers {@code [n]} for one unit or
   *     {@code [n, units]}
   * @param losses {@code [n]}
   * @param rows how many of the n count; those after them are padding
   * @return the state with them
   */
  long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows);

  /** Adds two states; the sum is in its shortest form, so {@link #zero} and a state give that. */
  long[] merge(long[] state, long[] other);

  /** The value that a state stands for; not a number where there are no samples. */
  double result(long[] state);

  /**
   * All values that a state stands for, in a fixed order: the main one by {@link #name}, and others
   * by names such as {@code f1.3}, of class 3.
   */
  default Map<String, Double> results(long[] state) {
    return Map.of(name(), result(state));
  }

  /** The names of the results, once there are samples, for models that do this. */
  default List<String> names(Task task) {
    return List.of(name());
  }

  /** Whether larger values are better. */
  boolean ascends();

  /** Whether larger values of one of the results are better. */
  default boolean ascends(String name) {
    return ascends();
  }

  /**
   * Refuses models that this cannot measure; any will do unless this says otherwise.
   *
   * @throws ConfigException with what it expects and what the model does
   */
  default void check(Task task) {}
}
