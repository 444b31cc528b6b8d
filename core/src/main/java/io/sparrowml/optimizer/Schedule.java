package io.sparrowml.optimizer;

/**
 * The learning rate of each update. A configuration writes a constant one as a number.
 *
 * <p>It follows from the number of the update alone, so all shards have the same one.
 */
public interface Schedule {
  /**
   * The learning rate of an update.
   *
   * @param step counts updates from 1
   * @throws IllegalStateException when the schedule must know the length of the training and does
   *     not
   */
  double rate(long step);

  /**
   * The schedule of a training of so many updates: a length that was left out is filled in.
   *
   * @param steps how many updates there are, at least 1
   */
  default Schedule over(long steps) {
    return this;
  }
}
