package io.sparrowml.spark.ingest;

/** Data that cannot be used: the message names the file or key, the column, the row and a cure. */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with the whole message. */
  public DataException(String message) {
    super(message);
  }
}
