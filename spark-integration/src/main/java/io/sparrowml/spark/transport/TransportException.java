package io.sparrowml.spark.transport;

import org.jspecify.annotations.Nullable;

/** A connection could not be made, or the cluster's settings do not allow one. */
public final class TransportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with the whole message. */
  public TransportException(String message) {
    this(message, null);
  }

  TransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
