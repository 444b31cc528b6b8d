package io.sparrowml.spark.cluster;

import io.sparrowml.data.EpochOrder;
import io.sparrowml.data.Rows;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.RandomKey;

/** A logical worker on the node that hosts it: its rows and their order. */
final class HostedWorker implements AutoCloseable {
  private static final EpochOrder ORDER = new EpochOrder(256, 64);

  private final int number;
  private final Rows train;
  private final Rows validation;
  private final RandomKey key;
  private final Arena memory;
  private int[] order = {};
  private int orderedFor;

  /**
   * A worker with its rows.
   *
   * @param number of the worker
   * @param validation may be empty, as may the training rows
   * @param key of the training
   * @param memory of the rows, owned by this from now on
   */
  HostedWorker(int number, Rows train, Rows validation, RandomKey key, Arena memory) {
    this.number = number;
    this.train = train;
    this.validation = validation;
    this.key = key;
    this.memory = memory;
  }

  int number() {
    return number;
  }

  Rows train() {
    return train;
  }

  Rows validation() {
    return validation;
  }

  /** The order in which the rows are visited in an epoch; any thread may ask. */
  synchronized int[] order(int epoch) {
    if (orderedFor != epoch) {
      orderedFor = epoch;
      order = ORDER.of(key, epoch, number, train.count());
    }
    return order;
  }

  /** The key of the random numbers of one step. */
  RandomKey keyOf(long step) {
    return key.with("step").with(step).with(number);
  }

  /** Gives the rows back. */
  @Override
  public void close() {
    memory.closeAll();
  }
}
