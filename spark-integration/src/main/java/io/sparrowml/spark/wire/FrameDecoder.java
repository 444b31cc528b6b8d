package io.sparrowml.spark.wire;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of a link back into messages, however they are cut into pieces.
 *
 * <p>Lengths are checked before anything is allocated, memory for a head grows with what has come
 * of it, and bodies are copied straight into the memory that {@link Bodies} gives. Used by one
 * thread at a time.
 */
public final class FrameDecoder implements AutoCloseable {
  private static final int FIRST_BYTES = 1 << 16;

  private final Bodies bodies;
  private final long bodyLimit;
  private final ByteBuffer prefixBytes = ByteBuffer.allocate(Prefix.BYTES);

  private Stage stage = Stage.PREFIX;
  private ByteBuffer filling = prefixBytes;
  private @Nullable Prefix prefix;
  private @Nullable Payload payload;

  private enum Stage {
    PREFIX,
    HEAD,
    BODY
  }

  /**
   * A decoder at the start of a frame.
   *
   * @param bodyLimit the most bytes that a body may have
   */
  public FrameDecoder(Bodies bodies, long bodyLimit) {
    this.bodies = bodies;
    this.bodyLimit = bodyLimit;
  }

  /**
   * The next message, or null when these bytes do not complete one.
   *
   * @param in read from its position on: up to the end of the message, or all of it
   * @throws WireException when the bytes are no message; the decoder is of no further use, but must
   *     still be closed
   */
  public @Nullable Message next(ByteBuffer in) {
    while (fill(in)) {
      @Nullable Message message =
          switch (stage) {
            case PREFIX -> prefixRead(Prefix.read(prefixBytes.flip()));
            case HEAD -> grown() ? null : headRead(filling.flip());
            case BODY -> bodyRead();
          };
      if (message != null) {
        return message;
      }
    }
    return null;
  }

  /**
   * Where the next bytes go, for a caller who can have them written right there.
   *
   * @param least how many are worth that
   * @return room for what is left of a body; null where that is less, or something else comes next
   */
  public @Nullable ByteBuffer room(int least) {
    return stage == Stage.BODY && filling.remaining() >= least ? filling.slice() : null;
  }

  /**
   * So many bytes were written to the {@link #room}.
   *
   * @return the message, or null when these bytes do not complete it
   * @throws WireException as {@link #next}
   */
  public @Nullable Message filled(int bytes) {
    filling.position(filling.position() + bytes);
    return filling.hasRemaining() ? null : bodyRead();
  }

  /** Moves what is there; true when the stage is complete. */
  private boolean fill(ByteBuffer in) {
    int length = Math.min(in.remaining(), filling.remaining());
    filling.put(filling.position(), in, in.position(), length);
    filling.position(filling.position() + length);
    in.position(in.position() + length);
    return !filling.hasRemaining();
  }

  /** Makes room for the rest of a head, as much again; false where the head is complete. */
  private boolean grown() {
    int length = prefix().paddedHeadBytes();
    if (filling.capacity() == length) {
      return false;
    }
    int capacity = (int) Math.min(length, 2L * filling.capacity());
    filling = ByteBuffer.allocate(capacity).put(filling.flip());
    return true;
  }

  private @Nullable Message prefixRead(Prefix read) {
    if (read.bodyBytes() > bodyLimit) {
      throw new WireException(
          "frame: a body expects at most %,d bytes, got %,d"
              .formatted(bodyLimit, read.bodyBytes()));
    }
    if (read.headBytes() == 0) {
      return complete(bare(read));
    }
    prefix = read;
    expect(Stage.HEAD, ByteBuffer.allocate(Math.min(FIRST_BYTES, read.paddedHeadBytes())));
    return null;
  }

  private @Nullable Message headRead(ByteBuffer head) {
    Prefix read = prefix();
    for (int i = read.headBytes(); i < head.limit(); i++) {
      if (head.get(i) != 0) {
        throw new WireException("frame: the padding of a head expects zeros, got " + head.get(i));
      }
    }
    head.limit(read.headBytes());
    if (read.kind().isControl()) {
      return complete(ControlJson.read(read, head));
    }
    if (read.coded()) {
      ArrowHead.values(head, read.bodyBytes(), 1);
    }
    int floats =
        read.coded()
            ? (int) (read.bodyBytes() / Float.BYTES)
            : ArrowHead.values(head, read.bodyBytes(), Float.BYTES);
    Payload taken = bodies.take(floats);
    payload = taken;
    expect(Stage.BODY, taken.bytes());
    return null;
  }

  private Message bodyRead() {
    Prefix read = prefix();
    Payload full = read.coded() ? decoded() : Objects.requireNonNull(payload);
    payload = null;
    int generation = read.generation();
    int shard = read.shard();
    return complete(
        switch (read.kind()) {
          case PUSH -> new Push(generation, read.step(), shard, read.subtree(), read.count(), full);
          case STATE -> new State(generation, read.step(), shard, read.subtree(), full);
          default -> new Slice(generation, read.step(), shard, read.subtree(), full);
        });
  }

  /** The numbers of a coded body, in memory of their own. */
  private Payload decoded() {
    Payload coded = Objects.requireNonNull(payload);
    ByteBuffer bytes = coded.bytes();
    int count = BlockCode.count(bytes);
    if ((long) count * Float.BYTES > bodyLimit) {
      throw new WireException(
          "frame: a coded body expects at most %,d numbers, got %,d"
              .formatted(bodyLimit / Float.BYTES, count));
    }
    Payload numbers = bodies.take(count);
    try {
      BlockCode.read(bytes, numbers.values().floats());
    } catch (WireException e) {
      numbers.release();
      throw e;
    }
    coded.release();
    return numbers;
  }

  /** A message of the prefix alone. */
  private static Message bare(Prefix read) {
    return read.kind() == Kind.PULL
        ? new Pull(read.generation(), read.step(), read.shard(), read.subtree())
        : new Push(read.generation(), read.step(), read.shard(), read.subtree(), 0, null);
  }

  private Message complete(Message message) {
    prefix = null;
    expect(Stage.PREFIX, prefixBytes.clear());
    return message;
  }

  private void expect(Stage next, ByteBuffer into) {
    stage = next;
    filling = into;
  }

  private Prefix prefix() {
    return Objects.requireNonNull(prefix);
  }

  /** Gives back the memory of a message that is not complete. */
  @Override
  public void close() {
    if (payload != null) {
      payload.release();
      payload = null;
    }
  }
}
