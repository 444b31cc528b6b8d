package io.sparrowml.spark.cluster;

import io.sparrowml.data.EpochOrder;
import io.sparrowml.data.Rows;
import io.sparrowml.tensor.RandomKey;

/**
 * A logical worker on the node that hosts it: its rows, its order, its metrics of the epoch.
 *
 * <p>Used by one compute thread at a time: the one that has claimed it.
 */
final class HostedWorker {
  private static final EpochOrder ORDER = new EpochOrder(256, 64);

  private final int number;
  private final Rows train;
  private final Rows validation;
  private final RandomKey key;
  private int[] order = {};
  private int orderedFor;
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

  /** Starts an epoch: another order, metrics from zero. */
  private void enter(int epoch, TrainingSpec spec) {
    if (orderedFor != epoch) {
      orderedFor = epoch;
      order = ORDER.of(key, epoch, number, train.count());
      states = spec.measured().zero();
    }
  }

  /** The order in which the rows are visited in an epoch. */
  int[] order(int epoch, TrainingSpec spec) {
    enter(epoch, spec);
    return order;
  }

  /** The states of the metrics over the rows visited in an epoch, to be added to in place. */
  long[][] states(int epoch, TrainingSpec spec) {
    enter(epoch, spec);
    return states;
  }

  /** The key of the random numbers of one step. */
  RandomKey keyOf(long step) {
    return key.with("step").with(step).with(number);
  }
}
