package io.sparrowml.train;

/**
 * Who brings a pass its parameters while it already runs, and takes its gradient while it still
 * does.
 *
 * @param <E> what may come instead of parameters
 */
public interface Exchange<E extends Exception> {
  /**
   * Waits for parameters; the pass reads none that it has not waited for. It waits for all before
   * it says of any part of the gradient that it is complete.
   *
   * @param to up to which index of the flat vector, greater each time
   */
  void await(int to) throws E;

  /**
   * Takes the gradient of the last layers, while those of the first are computed.
   *
   * @param from from which index on the gradient is complete, smaller each time; 0 comes last
   */
  void computed(int from) throws E;

  /** All parameters are there, and nobody goes on with parts of a gradient. */
  static <E extends Exception> Exchange<E> none() {
    return new Exchange<>() {
      @Override
      public void await(int to) {}

      @Override
      public void computed(int from) {}
    };
  }
}
