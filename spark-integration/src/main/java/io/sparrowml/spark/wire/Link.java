package io.sparrowml.spark.wire;

/** A two-way, ordered connection to a peer. Safe for use by several threads. */
public interface Link {

  /**
   * Sends a message, behind those that the same thread sent before; never blocks.
   *
   * <p>Takes over the payload: it is released once it is written or the link is dead, and must not
   * be changed until then. A message to a dead link is dropped without an error: {@link
   * Receiver#closed} tells.
   *
   * @throws WireException when the message is too large for a frame; its payload is released
   */
  void send(Message message);

  /** Who is at the other end, for errors and logs. */
  String peer();

  /** Ends the link once what was sent before is written; further calls do nothing. */
  void close();
}
