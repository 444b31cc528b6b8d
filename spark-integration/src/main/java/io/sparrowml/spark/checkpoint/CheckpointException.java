package io.sparrowml.spark.checkpoint;

/** A checkpoint that cannot be used: the message names the file, and what is wrong with it. */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with the whole message. */
  public CheckpointException(String message) {
    super(message);
  }
}
