package io.sparrowml.spark.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.protocol.Message;
import org.apache.spark.network.protocol.RpcFailure;
import org.apache.spark.network.protocol.RpcResponse;
import org.apache.spark.network.server.RpcHandler;

/**
 * Serves Spark's authentication on an accepted connection, in place of Spark's own handlers behind
 * its frame decoder: those would answer more than RPCs, allocate what a stranger claims, and log
 * stack traces for whatever a port scanner sends.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, which tells
final class Handshake extends ChannelInboundHandlerAdapter {
  private static final byte SASL_TAG = (byte) 0xEA;
  private static final byte AUTH_TAG = (byte) 0xFB;

  private final RpcHandler authenticator;
  private final TransportClient client;
  private final Guard guard;

  /**
   * A handshake of one connection.
   *
   * @param authenticator Spark's authentication, in front of the greeting
   * @param client Spark's view of the connection, which the authentication names
   */
  Handshake(RpcHandler authenticator, TransportClient client, Guard guard) {
    this.authenticator = authenticator;
    this.client = client;
    this.guard = guard;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf frame = (ByteBuf) message;
    try {
      if (!guard.refused()) {
        serve(context, frame);
      }
    } catch (RuntimeException e) {
      guard.refuse("it sent a malformed handshake");
    } finally {
      frame.release();
    }
  }

  private void serve(ChannelHandlerContext context, ByteBuf frame) {
    if (frame.readByte() != Message.Type.RpcRequest.id()) {
      guard.refuse("it sent something else than a request before it authenticated");
      return;
    }
    long id = frame.readLong();
    frame.skipBytes(Integer.BYTES);
    ByteBuffer body = frame.nioBuffer();
    if (!lengthsFit(body)) {
      guard.refuse("it sent a malformed handshake");
      return;
    }
    Reply reply = new Reply(context, id);
    try {
      authenticator.receive(client, body, reply);
    } catch (RuntimeException e) {
      reply.onFailure(e);
    }
  }

  /** Spark allocates the lengths that an authentication message claims: they must be there. */
  private static boolean lengthsFit(ByteBuffer body) {
    ByteBuffer in = body.duplicate();
    byte tag = in.get();
    int fields = tag == SASL_TAG ? 1 : tag == AUTH_TAG ? 3 : 0;
    for (int i = 0; i < fields; i++) {
      int length = in.getInt();
      if (length < 0 || length > in.remaining()) {
        return false;
      }
      in.position(in.position() + length);
    }
    return true;
  }

  /** The answer to one request. */
  private final class Reply implements RpcResponseCallback {
    private final ChannelHandlerContext context;
    private final long id;

    Reply(ChannelHandlerContext context, long id) {
      this.context = context;
      this.id = id;
    }

    @Override
    public void onSuccess(ByteBuffer response) {
      context.writeAndFlush(new RpcResponse(id, new NioManagedBuffer(response)));
    }

    @Override
    public void onFailure(Throwable cause) {
      String told = cause instanceof TransportException ? cause.getMessage() : null;
      String reason = told == null ? "authentication failed" : told;
      context.writeAndFlush(new RpcFailure(id, reason));
      guard.refuse(reason);
    }
  }

  /** Errors of TLS and of the frame decoder; a peer that is gone needs no line. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Throwable root = cause.getCause() instanceof SSLException tls ? tls : cause;
    if (root instanceof SSLException) {
      guard.refuse("its TLS handshake failed");
    } else if (!(root instanceof IOException)) {
      guard.refuse("it sent a malformed handshake");
    }
    context.close();
  }
}
