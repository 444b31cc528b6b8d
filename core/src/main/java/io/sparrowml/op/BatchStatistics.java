package io.sparrowml.op;

import io.sparrowml.tensor.Tensor;

/**
 * Over which numbers batch normalization takes its statistics: those of the worker's own batch, or
 * those of several workers' batches, merged while a step is under way. With all of them merged a
 * step equals that of one machine on the joined batch.
 *
 * <p>Each batch normalization of a network calls {@link #forward} once in the forward pass and
 * {@link #backward} once in the backward pass. Calls come in the same order in every step and on
 * every worker: that of the layers, then its reverse. A recorded program calls anew each time it is
 * run.
 */
public interface BatchStatistics {
  /**
   * Replaces the moments of this worker's batch by those of all merged ones; {@link
   * BatchMoments#merge} merges two.
   *
   * @param layer its path, such as {@code 1}
   * @param moments {@code [3, channels]}: count, mean and M2, the sum of squared distances from the
   *     mean
   */
  void forward(String layer, Tensor moments);

  /**
   * Replaces the sums over this worker's batch by those over all merged ones: their sum.
   *
   * @param layer its path, such as {@code 1}
   * @param sums {@code [2, channels]}: of {@code dy}, and of {@code dy (x - mean) / deviation}
   */
  void backward(String layer, Tensor sums);

  /** Each worker's batch has its own statistics. */
  record Local() implements BatchStatistics {
    @Override
    public void forward(String layer, Tensor moments) {}

    @Override
    public void backward(String layer, Tensor sums) {}
  }
}
