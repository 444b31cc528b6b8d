package io.sparrowml.spark.server;

/** A gradient that is infinite or not a number. */
public final class NonFiniteGradientException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int index;
  private final long step;

  /**
   * An error.
   *
   * @param index in the flat vector
   * @param step the update it was meant for
   */
  public NonFiniteGradientException(int index, long step) {
    super("step " + step + ": the gradient of parameter number " + index + " is not finite");
    this.index = index;
    this.step = step;
  }

  /** Where it is in the flat vector. */
  public int index() {
    return index;
  }

  /** The update it was meant for. */
  public long step() {
    return step;
  }
}
