package io.sparrowml.spark.transport;

/**
 * What a transport puts up with, and whether it spares bytes.
 *
 * @param bodyBytes the largest body of a frame, in bytes
 * @param handshakeMillis how long an accepted connection may take to authenticate, in milliseconds
 * @param coded whether gradients go out in the fewest bytes that give them back to the bit
 */
public record Limits(long bodyBytes, long handshakeMillis, boolean coded) {
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
    return new Limits(bodyBytes, HANDSHAKE_MILLIS, false);
  }

  /** The same, with gradients coded or not. */
  public Limits coded(boolean gradients) {
    return new Limits(bodyBytes, handshakeMillis, gradients);
  }
}
