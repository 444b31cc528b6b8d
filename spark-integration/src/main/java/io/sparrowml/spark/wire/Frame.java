package io.sparrowml.spark.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a message: a small header, and the payload as it lies in memory.
 *
 * @param header prefix and padded head, from position 0 to the limit
 * @param payload what follows the header; null where nothing does
 */
public record Frame(ByteBuffer header, @Nullable Payload payload) {
  private static final byte[] NOTHING = {};

  /**
   * The frame of a message; no value is copied.
   *
   * @throws WireException when the message does not fit into a frame
   */
  public static Frame of(Message message) {
    if (message instanceof Push push) {
      return of(push, push.shard(), push.subtree(), push.count(), push.payload());
    }
    if (message instanceof Pull pull) {
      return of(pull, pull.shard(), pull.subtree(), 0, null);
    }
    if (message instanceof Slice slice) {
      return of(slice, slice.shard(), slice.subtree(), 0, slice.payload());
    }
    if (message instanceof State state) {
      return of(state, state.shard(), state.part(), 0, state.payload());
    }
    byte[] json = ControlJson.write(message);
    return new Frame(header(message, 0, 0, 0, json, 0), null);
  }

  /**
   * The frame of gradients in the fewest bytes; memory for them is taken, and is given back with
   * the frame's payload. Null where that would not be fewer.
   */
  public static @Nullable Frame coded(Push push, Bodies bodies) {
    Payload payload = push.payload();
    if (payload == null) {
      return null;
    }
    Payload room = bodies.take(payload.values().size());
    ByteBuffer out = room.bytes();
    if (!BlockCode.write(payload.values().floats(), out)) {
      room.release();
      return null;
    }
    int bytes = out.position();
    Payload body = new Payload(room.values().slice(0, bytes / Float.BYTES), room::release);
    byte[] head = ArrowHead.ofBytes(bytes);
    Prefix prefix =
        new Prefix(
            Kind.PUSH,
            push.generation(),
            push.shard(),
            push.step(),
            push.subtree(),
            head.length,
            push.count(),
            bytes,
            true);
    return new Frame(prefix.write().put(head).rewind(), body);
  }

  private static Frame of(
      Message message, int shard, int subtree, long count, @Nullable Payload payload) {
    if (payload == null) {
      return new Frame(header(message, shard, subtree, count, NOTHING, 0), null);
    }
    int floats = payload.values().size();
    long bodyBytes = (long) floats * Float.BYTES;
    byte[] head = ArrowHead.of(floats);
    return new Frame(header(message, shard, subtree, count, head, bodyBytes), payload);
  }

  private static ByteBuffer header(
      Message message, int shard, int subtree, long count, byte[] head, long bodyBytes) {
    Prefix prefix =
        new Prefix(
            Kind.of(message),
            message.generation(),
            shard,
            message.step(),
            subtree,
            head.length,
            count,
            bodyBytes,
            false);
    return prefix.write().put(head).rewind();
  }
}
