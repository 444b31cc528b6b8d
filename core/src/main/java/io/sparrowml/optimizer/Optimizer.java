package io.sparrowml.optimizer;

/**
 * An update rule over a slice of the parameters. It keeps no state: the slots, such as Adam's
 * moments, belong to whoever holds the slice, and start as zeros.
 */
public interface Optimizer {
  /** How many numbers it remembers for each parameter. */
  int slots();

  /**
   * The learning rate of an update.
   *
   * @param step counts updates from 1
   */
  double rate(long step);

  /**
   * Updates the first {@code chunk.length()} parameters of a chunk, each from its own gradient and
   * slots alone, so that the result does not depend on how the parameters are cut.
   *
   * @param step counts updates from 1
   */
  void update(Chunk chunk, long step);
}
