package io.sparrowml.spark.wire;

/**
 * Bytes that went over a network, before encryption.
 *
 * @param gradients with the heads of their messages, those for standbys among them
 * @param parameters with the heads of their messages
 * @param other all else: control messages, metrics, what came to a new executor
 */
public record Traffic(long gradients, long parameters, long other) {
  /** No bytes. */
  public static Traffic none() {
    return new Traffic(0, 0, 0);
  }

  /** Both. */
  public Traffic plus(Traffic more) {
    return new Traffic(
        gradients + more.gradients, parameters + more.parameters, other + more.other);
  }
}
