package io.sparrowml.optimizer;

/**
 * An update rule over a slice of the parameters. It keeps no state: the slots, such as Adam's
 * moments, belong to whoever holds the slice, and start as zeros.
 */
public interface Optimizer {
  /** The learning rate of each update: a number, or a schedule. */
  Schedule learningRate();

  /** How many numbers it remembers for each parameter. */
  int slots();

  /**
   * What one update does.
   *
   * @param step counts updates from 1
   * @param rate the learning rate of this update
   */
  Rule at(long step, double rate);

  /**
   * What one update does: it changes the first {@code chunk.length()} parameters of a chunk, each
   * from its own gradient and slots alone, so that the result does not depend on how the parameters
   * are cut.
   */
  @FunctionalInterface
  interface Rule {
    /** Changes parameters and slots; the gradients are its own. */
    void update(Chunk chunk);
  }
}
