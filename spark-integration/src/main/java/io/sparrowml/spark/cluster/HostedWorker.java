package io.sparrowml.spark.cluster;

import io.sparrowml.data.EpochOrder;
import io.sparrowml.data.Rows;
import io.sparrowml.tensor.RandomKey;

/**
 * A logical worker on the node that hosts it: its rows, its order, its metrics of the epoch.
 *
 * <p>Measured by one compute thread at a time: the one that computes it.
 */
final class HostedWorker {
  private static final EpochOrder ORDER = new EpochOrder(256, 64);

  private final int number;
  private final Rows train;
  private final Rows validation;
  private final RandomKey key;
  private int[] order = {};
  private int orderedFor;
  private int measuredFor;
  private long[][] states = {};

  /**
   * A worker with its rows.
   *
   * @param number of the worker
   * @param validation may be empty, as may the training rows
   * @param key of the training
   */
  HostedWorker(int number, Rows train, Rows validation, RandomKey key) {
    this.number = number;
    this.train = train;
    this.validation = validation;
    this.key = key;
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

  /** The states of the metrics over the rows visited in an epoch, to be added to in place. */
  long[][] states(int epoch, TrainingSpec spec) {
    if (measuredFor != epoch) {
      measuredFor = epoch;
      states = spec.measured().zero();
    }
    return states;
  }

  /** The key of the random numbers of one step. */
  RandomKey keyOf(long step) {
    return key.with("step").with(step).with(number);
  }
}
