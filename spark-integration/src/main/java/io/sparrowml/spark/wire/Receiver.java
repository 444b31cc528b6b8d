package io.sparrowml.spark.wire;

/**
 * Takes what arrives on links.
 *
 * <p>The calls for one link come one after the other, in order; calls for different links may come
 * at the same time, from different threads. No call may block.
 */
public interface Receiver {

  /** A message arrived; the receiver owns it and releases it. */
  void received(Link from, Message message);

  /**
   * A link has ended: called exactly once a link, whichever side or error ended it, and after its
   * last {@link #received}.
   *
   * @param reason why, for errors and logs
   */
  void closed(Link link, String reason);
}
