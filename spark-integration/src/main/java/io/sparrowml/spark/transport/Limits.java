package io.sparrowml.spark.transport;

/**
 * What a transport puts up with.
 *
 * @param bodyBytes the largest body of a frame, in bytes
 * @param handshakeMillis how long an accepted connection may take to authenticate, in milliseconds
 */
public record Limits(long bodyBytes, long handshakeMillis) {
  private static final long HANDSHAKE_MILLIS = 10_000;

  /** Checks the ranges. */
  public Limits {
    if (bodyBytes < 0 || handshakeMillis < 1) {
      throw new IllegalArgumentException(
          "transport: limits expect bodyBytes of at least 0 and handshakeMillis of at least 1, got "
              + bodyBytes
              + " and "
              + handshakeMillis);
    }
  }

  /** Bodies up to this size, and 10 seconds to authenticate. */
  public static Limits ofBody(long bodyBytes) {
    return new Limits(bodyBytes, HANDSHAKE_MILLIS);
  }
}
