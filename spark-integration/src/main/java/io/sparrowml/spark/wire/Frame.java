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
            bodyBytes);
    return prefix.write().put(head).rewind();
  }
}
