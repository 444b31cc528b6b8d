package io.sparrowml.spark.cluster;

/** A training that could not go on: the message gives the first cause. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with the whole message. */
  public TrainingException(String message) {
    super(message);
  }
}
