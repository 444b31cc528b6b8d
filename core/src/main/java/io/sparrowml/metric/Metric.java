package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;

/**
 * A measure of a model over any number of samples: a monoid. Its state is an array of whole
 * numbers: counts, and sums in fixed point ({@link ExactSum}). So states can be merged in any order
 * and give the same bits.
 */
public interface Metric {
  /** The name in results. */
  String name();

  /** The state of no samples. */
  long[] zero();

  /**
   * Adds samples to a state.
   *
   * @param outputs what the last layer gave, {@code [n, units]}
   * @param targets {@code [n]}
   * @param losses {@code [n]}
   * @param rows how many of the n count; those after them are padding
   */
  void add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows);

  /** Adds another state to a state. */
  void merge(long[] state, long[] other);

  /** The value that a state stands for; not a number where there are no samples. */
  double result(long[] state);

  /** Whether larger values are better. */
  boolean ascends();
}
