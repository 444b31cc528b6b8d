package io.sparrowml.model;

/** A saved model that cannot be used: the message names the file and what is wrong with it. */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with the whole message. */
  public ModelException(String message) {
    super(message);
  }
}
