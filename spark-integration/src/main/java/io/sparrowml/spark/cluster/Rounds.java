package io.sparrowml.spark.cluster;

import io.sparrowml.data.MicroBatches;
import io.sparrowml.train.Mode;

/**
 * How an epoch's steps fall into rounds: what shards update once. A round is one step, or some that
 * each worker takes by itself; an epoch's last round may have fewer.
 *
 * @param steps in an epoch
 * @param local of a worker in a round
 */
record Rounds(int steps, int local) {
  /** The rounds of a mode. */
  static Rounds of(MicroBatches batches, Mode mode) {
    return new Rounds(batches.steps(), mode.localSteps());
  }

  /** How many an epoch has. */
  int perEpoch() {
    return (steps + local - 1) / local;
  }

  /** The epoch, from 1, of the round that has so many before it. */
  int epoch(long before) {
    return (int) (before / perEpoch()) + 1;
  }

  /** Whether a round begins an epoch. */
  boolean beginsEpoch(long before) {
    return before % perEpoch() == 0;
  }

  /** Whether so many rounds are a multiple of some within an epoch, and not its end. */
  boolean isWithin(long rounds, int multiple) {
    long of = rounds % perEpoch();
    return of > 0 && of % multiple == 0;
  }

  /** Which step of its epoch a round begins with, from 0. */
  int first(long before) {
    return (int) (before % perEpoch()) * local;
  }

  /** How many steps a round has. */
  int count(long before) {
    return Math.min(local, steps - first(before));
  }

  /** How many steps there are before a round. */
  long stepsBefore(long before) {
    return before / perEpoch() * steps + first(before);
  }
}
