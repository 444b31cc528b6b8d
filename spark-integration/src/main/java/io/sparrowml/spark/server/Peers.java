package io.sparrowml.spark.server;

import io.sparrowml.spark.wire.Message;

/** The way to the other participants of a training: a network, or a picture of one in a test. */
@FunctionalInterface
public interface Peers {
  /** The number that stands for the coordinator. */
  int COORDINATOR = -1;

  /**
   * Sends a message, without waiting. The message's payload is given away.
   *
   * @param node the number of a node, or {@link #COORDINATOR}
   */
  void send(int node, Message message);
}
