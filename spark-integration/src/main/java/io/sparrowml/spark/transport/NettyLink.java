package io.sparrowml.spark.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Frame;
import io.sparrowml.spark.wire.FrameDecoder;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.Receiver;
import io.sparrowml.spark.wire.WireException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link over an upgraded channel, and the channel's last handler.
 *
 * <p>Frames go out as two buffers, of which the second is the payload's memory itself. Large bodies
 * of arriving frames are read right into the receiver's memory where nothing has to be decrypted;
 * others are copied there from Netty's buffers.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, which tells
final class NettyLink extends ChannelDuplexHandler implements Link {
  private static final Logger LOG = LoggerFactory.getLogger(NettyLink.class);

  private final Channel channel;
  private final String peer;
  private final Receiver receiver;
  private final FrameDecoder decoder;
  private final LimitedLog log;
  private final @Nullable Bodies coding;
  private final Meter meter;

  // The event loop's alone.
  private @Nullable String reason;
  private boolean ended;
  private @Nullable ChannelFuture lastWrite;
  private @Nullable BodyReads bodyReads; // where nothing is to be decrypted

  /**
   * A link that begins with the channel's next byte.
   *
   * @param peer who is at the other end, for errors and logs
   * @param coding memory for gradients in few bytes; null where they go out as they are
   * @param meter counts what is sent
   */
  NettyLink(
      Channel channel,
      String peer,
      Receiver receiver,
      FrameDecoder decoder,
      LimitedLog log,
      @Nullable Bodies coding,
      Meter meter) {
    this.channel = channel;
    this.peer = peer;
    this.receiver = receiver;
    this.decoder = decoder;
    this.log = log;
    this.coding = coding;
    this.meter = meter;
  }

  @Override
  public String peer() {
    return peer;
  }

  /** The channel beneath. */
  Channel channel() {
    return channel;
  }

  @Override
  public void send(Message message) {
    Frame coded;
    Frame frame;
    try {
      coded = coding != null && message instanceof Push push ? Frame.coded(push, coding) : null;
      frame = coded == null ? Frame.of(message) : coded;
    } catch (WireException e) {
      message.release();
      throw e;
    }
    meter.count(message, frame);
    Payload copy = coded == null ? null : coded.payload();
    if (copy == null) {
      channel.writeAndFlush(frame).addListener(written -> message.release());
    } else {
      message.release();
      channel.writeAndFlush(frame).addListener(written -> copy.release());
    }
  }

  /** On the event loop, so that no other frame comes between header and body. */
  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    Frame frame = (Frame) message;
    ByteBuf header = Unpooled.wrappedBuffer(frame.header());
    Payload payload = frame.payload();
    if (payload == null) {
      context.write(header, promise);
    } else {
      context.write(header);
      context.write(Unpooled.wrappedBuffer(payload.bytes()), promise);
    }
    lastWrite = promise;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    boolean encrypted = channel.pipeline().first() != this;
    if (!encrypted && channel.config().getRecvByteBufAllocator() instanceof BodyReads reads) {
      reads.into(decoder);
      bodyReads = reads;
    }
    if (!channel.isActive()) {
      channelInactive(context);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      if (bodyReads != null && bodyReads.wereRead(bytes)) {
        int length = bytes.readableBytes();
        deliver(() -> decoder.filled(length));
        return;
      }
      for (ByteBuffer part : bytes.nioBuffers()) {
        while (deliver(() -> decoder.next(part))) {
          // the next one
        }
      }
    } finally {
      bytes.release();
    }
  }

  /** Hands on a message, if there is one and the link goes on. */
  private boolean deliver(Supplier<@Nullable Message> decoded) {
    if (reason != null) {
      return false;
    }
    Message message;
    try {
      message = decoded.get();
    } catch (WireException e) {
      log.warn("transport: closed the link with " + peer + ": " + e.getMessage());
      end(e.getMessage());
      return false;
    }
    if (message == null) {
      return false;
    }
    try {
      receiver.received(this, message);
    } catch (RuntimeException e) {
      LOG.error("transport: closed the link with {}: its receiver failed", peer, e);
      end("the receiver failed: " + e);
    }
    return true;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    end("connection lost: " + (cause.getMessage() == null ? cause : cause.getMessage()));
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end("connection closed by the peer");
  }

  /** The first reason counts. */
  private void end(@Nullable String why) {
    if (reason == null) {
      reason = why == null ? "unknown" : why;
    }
    channel.close();
    if (!ended) {
      ended = true;
      if (bodyReads != null) {
        bodyReads.into(null);
      }
      decoder.close();
      receiver.closed(this, reason);
    }
  }

  @Override
  public void close() {
    onEventLoop(
        () -> {
          if (lastWrite == null || lastWrite.isDone()) {
            end("closed on this side");
          } else {
            lastWrite.addListener((ChannelFutureListener) written -> end("closed on this side"));
          }
        });
  }

  /** Ends the link without waiting for what is not written yet. */
  void abort(String why) {
    onEventLoop(() -> end(why));
  }

  private void onEventLoop(Runnable task) {
    if (channel.eventLoop().inEventLoop()) {
      task.run();
    } else {
      try {
        channel.eventLoop().execute(task);
      } catch (RejectedExecutionException ignored) {
        // The transport is closed, and with it every link.
      }
    }
  }
}
