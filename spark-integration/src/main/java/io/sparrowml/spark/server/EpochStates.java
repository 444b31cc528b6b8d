package io.sparrowml.spark.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BinaryOperator;

/**
 * What metrics saw of an epoch, step by step. States can grow with the rows, so steps are merged
 * like the digits of a binary counter: each number is merged as often as the count of steps has
 * digits.
 */
public final class EpochStates {
  private final BinaryOperator<long[][]> merge;
  private final int stepsPerEpoch;
  private long epoch = -1;
  private final Deque<Sum> sums = new ArrayDeque<>(); // ever fewer steps towards the end

  /** The merged states of so many steps. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sum(long steps, long[][] states) {}

  /**
   * No steps yet.
   *
   * @param merge adds right states to left ones; may change both
   */
  public EpochStates(BinaryOperator<long[][]> merge, int stepsPerEpoch) {
    this.merge = merge;
    this.stepsPerEpoch = stepsPerEpoch;
  }

  /**
   * Adds the states of a step, which belong to this from now on; with the first of another epoch
   * those of the one before go.
   *
   * @param step counts from 1
   */
  void add(long step, long[][] states) {
    long of = epoch(step);
    if (of != epoch) {
      sums.clear();
      epoch = of;
    }
    push(new Sum(1, states));
  }

  private long epoch(long step) {
    return (step - 1) / stepsPerEpoch;
  }

  private void push(Sum last) {
    Sum sum = last;
    while (!sums.isEmpty() && sums.getLast().steps <= sum.steps) {
      Sum before = sums.removeLast();
      sum = new Sum(before.steps + sum.steps, merge(before.states, sum.states));
    }
    sums.addLast(sum);
  }

  /** Adds right states to left ones; may change both. */
  long[][] merge(long[][] left, long[][] right) {
    return merge.apply(left, right);
  }

  /** A copy of the states of all steps of the epoch; empty where there were none. */
  public long[][] total() {
    while (sums.size() > 1) {
      Sum last = sums.removeLast();
      Sum before = sums.removeLast();
      sums.addLast(new Sum(before.steps + last.steps, merge(before.states, last.states)));
    }
    return sums.isEmpty() ? new long[0][] : copy(sums.getLast().states);
  }

  /** Goes on with states of so many steps, which another one gave as its {@link #total}. */
  void restore(long steps, long[][] states) {
    sums.clear();
    epoch = epoch(steps);
    if (states.length > 0) {
      sums.addLast(new Sum(Math.max(1, steps), states));
    }
  }

  static long[][] copy(long[][] states) {
    long[][] copy = new long[states.length][];
    for (int i = 0; i < states.length; i++) {
      copy[i] = states[i].clone();
    }
    return copy;
  }
}
