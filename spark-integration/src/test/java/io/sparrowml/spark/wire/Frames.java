package io.sparrowml.spark.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The bytes of frames in one piece. */
final class Frames {
  private Frames() {}

  /** The frame's bytes; the message keeps its payload. */
  static byte[] bytes(Message message) {
    return bytes(Frame.of(message));
  }

  /** The bytes of a push with a coded body; the message keeps its payload. */
  static byte[] coded(Push push, Bodies bodies) {
    Frame frame = Objects.requireNonNull(Frame.coded(push, bodies));
    byte[] bytes = bytes(frame);
    Objects.requireNonNull(frame.payload()).release();
    return bytes;
  }

  private static byte[] bytes(Frame frame) {
    ByteBuffer body = frame.payload() == null ? ByteBuffer.allocate(0) : frame.payload().bytes();
    ByteBuffer all = ByteBuffer.allocate(frame.header().remaining() + body.remaining());
    return all.put(frame.header()).put(body).array();
  }

  /** Everything that is in the bytes, fed in pieces of at most {@code piece} bytes. */
  static List<Message> decode(FrameDecoder decoder, byte[] bytes, int piece) {
    List<Message> messages = new ArrayList<>();
    try {
      for (int from = 0; from < bytes.length; from += piece) {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, Math.min(piece, bytes.length - from));
        for (Message m = decoder.next(in); m != null; m = decoder.next(in)) {
          messages.add(m);
        }
      }
      return messages;
    } catch (WireException e) {
      messages.forEach(Message::release);
      throw e;
    }
  }
}
