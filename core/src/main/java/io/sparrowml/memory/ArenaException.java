package io.sparrowml.memory;

/** An arena had no room, or was closed while something of it was still in use. */
public final class ArenaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ArenaException(String message) {
    super(message);
  }
}
