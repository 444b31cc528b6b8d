package io.sparrowml.spark.wire;

/**
 * What the coordinator decided at the end of an epoch.
 *
 * @param epoch the epoch, from 1
 * @param stop whether training ends here
 * @param keep whether the parameters are the best so far and must be kept
 * @param restore whether the parameters kept last take the place of the present ones
 * @param save whether the shards write down what a training needs to go on from here
 * @param rateFactor by which the schedule's learning rate is multiplied from the next step on
 */
public record Decision(
    int generation,
    long step,
    int epoch,
    boolean stop,
    boolean keep,
    boolean restore,
    boolean save,
    double rateFactor)
    implements Message {

  /** The same, and the shards write down what a training needs to go on from here. */
  public Decision saving() {
    return new Decision(generation, step, epoch, stop, keep, restore, true, rateFactor);
  }
}
