package io.sparrowml.spark.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The bytes of frames in one piece. */
final class Frames {
  private Frames() {}

  /** The frame's bytes; the message keeps its payload. */
  static byte[] bytes(Message message) {
    Frame frame = Frame.of(message);
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
