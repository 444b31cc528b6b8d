package io.sparrowml.spark.wire;

import org.jspecify.annotations.Nullable;

/** Bytes that are no message, or a message that does not fit into a frame. */
public final class WireException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what was expected and what came. */
  public WireException(String message) {
    this(message, null);
  }

  WireException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
