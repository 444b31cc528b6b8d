package io.sparrowml.kernel;

import org.jspecify.annotations.Nullable;

/** A computation that cannot be done: no provider for it, or numbers that it cannot take. */
public final class KernelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KernelException(String message) {
    super(message);
  }

  KernelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
