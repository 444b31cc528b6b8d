package io.sparrowml.data;

/**
 * How an epoch is cut into steps. The number of steps is the same for all logical workers; in step
 * {@code s} of {@code S}, a worker with {@code n} rows visits the positions {@code [s n / S, (s +
 * 1) n / S)} of its order, rounded down. So each row is visited once an epoch, the parts of a
 * worker differ by at most one row, and a worker with few rows may visit none in a step.
 *
 * @param rows the rows of all logical workers together
 * @param batch the rows wanted in a step, over all logical workers
 */
public record MicroBatches(long rows, int batch) {
  /** Checks the counts. */
  public MicroBatches {
    if (rows < 0 || batch < 1) {
      throw new IllegalArgumentException(
          "micro-batches expects at least 0 rows and a batch of at least 1, got "
              + rows
              + " and "
              + batch);
    }
  }

  /** How many steps an epoch has: {@code max(1, ceil(rows / batch))}. */
  public int steps() {
    return Math.toIntExact(Math.max(1, (rows + batch - 1) / batch));
  }

  /**
   * The first position of a worker's part of a step; the next step's first is the end of this one.
   *
   * @param step from 0 to {@link #steps}
   * @param workerRows how many rows the worker has
   */
  public int from(int step, int workerRows) {
    return (int) ((long) step * workerRows / steps());
  }

  /** The most rows that a worker visits in a step. */
  public int largest(int workerRows) {
    return (workerRows + steps() - 1) / steps();
  }
}
