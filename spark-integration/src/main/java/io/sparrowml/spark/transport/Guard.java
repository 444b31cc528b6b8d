package io.sparrowml.spark.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of an accepted connection until it is authenticated: lets in few bytes, for a
 * short time, if they begin as a handshake does. Whoever breaks that is closed off and logged in
 * one line.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, which tells
final class Guard extends ChannelInboundHandlerAdapter {
  static final int MAX_BYTES = 64 << 10;
  private static final byte TLS_HANDSHAKE = 22;

  private final Channel channel;
  private final SocketAddress peer;
  private final boolean tls;
  private final long millis;
  private final LimitedLog log;
  private long seen;
  private long start;
  private boolean refused;
  private @Nullable Future<?> timer;

  /**
   * A guard of one connection.
   *
   * @param tls whether TLS comes before Spark's frames
   * @param millis how long the handshake may take
   */
  Guard(Channel channel, boolean tls, long millis, LimitedLog log) {
    this.channel = channel;
    this.peer = channel.remoteAddress();
    this.tls = tls;
    this.millis = millis;
    this.log = log;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    timer =
        context
            .executor()
            .schedule(
                () -> refuse("it did not authenticate within " + millis + " ms"),
                millis,
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (!refused) {
      check(bytes);
    }
    if (refused) {
      bytes.release();
    } else {
      context.fireChannelRead(message);
    }
  }

  private void check(ByteBuf bytes) {
    for (int i = 0; i < bytes.readableBytes() && seen + i < Long.BYTES; i++) {
      start = start << 8 | bytes.getUnsignedByte(bytes.readerIndex() + i);
    }
    boolean first = seen == 0;
    seen += bytes.readableBytes();
    if (seen > MAX_BYTES) {
      refuse("it sent more than " + MAX_BYTES + " bytes before it authenticated");
    } else if (tls) {
      if (first && bytes.isReadable() && bytes.getByte(bytes.readerIndex()) != TLS_HANDSHAKE) {
        refuse("it sent bytes that are no TLS handshake");
      }
    } else if (seen >= Long.BYTES && (start <= Long.BYTES || start > MAX_BYTES)) {
      refuse("it sent bytes that are no authentication");
    }
  }

  /** Closes the connection and logs why, once; on the event loop. */
  void refuse(String reason) {
    if (!refused) {
      refused = true;
      log.warn("transport: refused a connection from " + peer + ": " + reason);
      channel.close();
    }
  }

  /** Whether the connection is closed off. */
  boolean refused() {
    return refused;
  }
}
