package io.sparrowml.spark.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Receiver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;

/** A transport that keeps what it receives, with memory of its own. */
final class Peer implements AutoCloseable, Receiver {
  static final String SECRET = "the secret of this training";
  static final long TIMEOUT_MILLIS = 20_000;

  /** A message and the link it came on. */
  record Received(Link from, Message message) {}

  private final Arena arena = Arena.root("peer", 1L << 30);
  private final Pool pool;
  private final Bodies bodies;
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
  private final Transport transport;

  Peer(SparkConf conf) {
    this(conf, SECRET, Limits.ofBody(1 << 20));
  }

  Peer(SparkConf conf, String secret, Limits limits) {
    pool = new Pool(arena, limits.bodyBytes());
    bodies = Bodies.of(pool);
    transport = Transport.open(conf, secret, "127.0.0.1", this, bodies, limits);
  }

  @Override
  public void received(Link from, Message message) {
    received.add(new Received(from, message));
  }

  @Override
  public void closed(Link link, String reason) {
    closed.add(reason);
  }

  Transport transport() {
    return transport;
  }

  Bodies bodies() {
    return bodies;
  }

  NettyLink connect(Peer to) {
    return (NettyLink) transport.connect(to.transport.address(), TIMEOUT_MILLIS);
  }

  /** The next message, waited for. */
  Received next() throws InterruptedException {
    Received next = received.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    if (next == null) {
      throw new AssertionError("no message came; closed: " + closed);
    }
    return next;
  }

  /** Why the next link ended, waited for. */
  String nextClosed() throws InterruptedException {
    String reason = closed.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    if (reason == null) {
      throw new AssertionError("no link was closed");
    }
    return reason;
  }

  /** Reasons of ended links that nobody has asked for. */
  BlockingQueue<String> closedLinks() {
    return closed;
  }

  /** Closes, and asserts that every payload was given back. */
  @Override
  public void close() {
    transport.close();
    assertThat(pool.outstanding()).isZero();
    arena.close();
  }
}
