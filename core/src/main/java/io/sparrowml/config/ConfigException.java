package io.sparrowml.config;

/**
 * A configuration that cannot be used: the message names the key, what it expects and what came.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with the whole message. */
  public ConfigException(String message) {
    super(message);
  }
}
