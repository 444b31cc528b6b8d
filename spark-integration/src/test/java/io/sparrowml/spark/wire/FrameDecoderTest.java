package io.sparrowml.spark.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
  private static final int BLOCK = 256;
  private static final int SHARD = 12;
  private static final int SUBTREE = 24;
  private static final int HEAD_BYTES = 28;
  private static final int COUNT = 32;
  private static final int BODY_BYTES = 40;

  private final Arena arena = Arena.root("test", 1 << 20);
  private final Pool pool = new Pool(arena, BLOCK);
  private final Bodies bodies = Bodies.of(pool);

  @AfterEach
  void nothingIsOutstanding() {
    assertThat(pool.outstanding()).isZero();
    arena.close();
  }

  private byte[] push() {
    Message push = new Push(7, 42, 3, 5, 128, Messages.payload(bodies, 1, -2, 0.5f));
    byte[] bytes = Frames.bytes(push);
    push.release();
    return bytes;
  }

  /** Asserts what the decoder says of a frame that was changed. */
  private void assertRefused(byte[] frame, Consumer<ByteBuffer> change, String message) {
    change.accept(ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN));
    try (FrameDecoder decoder = new FrameDecoder(bodies, BLOCK)) {
      assertThatThrownBy(() -> Frames.decode(decoder, frame, frame.length))
          .isInstanceOf(WireException.class)
          .hasMessage(message);
    }
  }

  @Test
  void everyKindComesBackHoweverItsBytesAreCut() {
    List<Message> sent = Messages.ofEveryKind(bodies);
    try (FrameDecoder decoder = new FrameDecoder(bodies, BLOCK)) {
      for (int piece : new int[] {1, 3, 7, 48, 64, 4096}) {
        for (Message message : sent) {
          List<Message> received = Frames.decode(decoder, Frames.bytes(message), piece);

          assertThat(received.stream().map(Messages::comparable))
              .containsExactly(Messages.comparable(message));
          received.forEach(Message::release);
        }
      }
    }
    sent.forEach(Message::release);
  }

  @Test
  void bodiesThatAreWrittenRightIntoTheirPlaceAreTheSame() {
    List<Message> sent = Messages.ofEveryKind(bodies);
    try (FrameDecoder decoder = new FrameDecoder(bodies, BLOCK)) {
      for (int piece : new int[] {1, 3, 7, 4096}) {
        for (Message message : sent) {
          Message received = decodedInPlace(decoder, Frames.bytes(message), piece);

          assertThat(Messages.comparable(received)).isEqualTo(Messages.comparable(message));
          received.release();
        }
      }
    }
    sent.forEach(Message::release);
  }

  /** Decodes one message, its body in pieces of which the first goes the usual way. */
  private static Message decodedInPlace(FrameDecoder decoder, byte[] bytes, int piece) {
    int at = 0;
    while (at < bytes.length) {
      int length = Math.min(piece, bytes.length - at);
      ByteBuffer room = decoder.room(2);
      Message message;
      if (room == null) {
        ByteBuffer in = ByteBuffer.wrap(bytes, at, length);
        message = decoder.next(in);
        at = in.position();
      } else {
        length = Math.min(length, room.remaining());
        room.put(bytes, at, length);
        message = decoder.filled(length);
        at += length;
      }
      if (message != null) {
        return message;
      }
    }
    throw new AssertionError("no message in " + bytes.length + " bytes");
  }

  @Test
  void aCodedPushComesBackHoweverItsBytesAreCut() {
    Push push = new Push(7, 42, 3, 5, 128, Messages.payload(bodies, 1, -2, 0.5f, 0, 0));
    byte[] frame = Frames.coded(push, bodies);
    try (FrameDecoder decoder = new FrameDecoder(bodies, BLOCK)) {
      for (int piece : new int[] {1, 7, 4096}) {
        List<Message> received = Frames.decode(decoder, frame, piece);
        assertThat(received.stream().map(Messages::comparable))
            .containsExactly(Messages.comparable(push));
        received.forEach(Message::release);
      }
    }
    push.release();
  }

  @Test
  void aCodedPushOfMoreThanTheLimitIsRefused() {
    Push push = new Push(7, 42, 3, 5, 128, Messages.payload(bodies, 1, 0, 0, 0, 0, 0, 0, 0));
    byte[] frame = Frames.coded(push, bodies);
    push.release();
    assertRefused(
        frame,
        bytes -> bytes.putInt(frame.length - 12, 65),
        "frame: a coded body expects at most 64 numbers, got 65");
    assertRefused(
        push(),
        bytes -> bytes.put(6, (byte) 1),
        "frame: a head expects an Arrow batch of one UINT8 column in 12 bytes, got another");
  }

  @Test
  void aMessageCutShortGivesItsMemoryBack() {
    byte[] frame = push();
    try (FrameDecoder decoder = new FrameDecoder(bodies, BLOCK)) {
      assertThat(decoder.next(ByteBuffer.wrap(frame, 0, frame.length - 1))).isNull();
      assertThat(pool.outstanding()).isEqualTo(1);
    }
    assertThat(pool.outstanding()).isZero();
  }

  @Test
  void aForeignStartIsRefused() {
    assertRefused(
        push(),
        frame -> frame.put(0, "GET ".getBytes(StandardCharsets.US_ASCII)),
        "frame: a frame expects to start with 0x57525053, got 0x20544547");
    assertRefused(push(), frame -> frame.put(4, (byte) 2), "frame: version expects 1, got 2");
    assertRefused(
        push(), frame -> frame.put(5, (byte) 9), "frame: kind expects a known one, got 9");
    assertRefused(push(), frame -> frame.put(6, (byte) 2), "frame: coding expects 0 or 1, got 2");
  }

  @Test
  void lengthsAreRefusedBeforeAnythingIsAllocated() {
    assertRefused(
        push(),
        frame -> frame.putInt(HEAD_BYTES, (1 << 20) + 1),
        "frame: a head of PUSH expects 0 to 1048576 bytes, got 1048577");
    assertRefused(
        push(),
        frame -> frame.putInt(HEAD_BYTES, -1),
        "frame: a head of PUSH expects 0 to 1048576 bytes, got -1");
    assertRefused(
        Frames.bytes(new Begin(0, 0, 0, 1)),
        frame -> frame.putInt(HEAD_BYTES, (16 << 20) + 1),
        "frame: a head of BEGIN expects 0 to 16777216 bytes, got 16777217");
    assertRefused(
        push(),
        frame -> frame.putLong(BODY_BYTES, BLOCK + 4),
        "frame: a body expects at most 256 bytes, got 260");
    assertRefused(
        push(),
        frame -> frame.putLong(BODY_BYTES, Long.MIN_VALUE),
        "frame: a body expects whole floats of less than 2 GiB, got -9223372036854775808 bytes");
    assertRefused(
        push(),
        frame -> frame.putLong(BODY_BYTES, 11),
        "frame: a body expects whole floats of less than 2 GiB, got 11 bytes");
    assertRefused(
        push(), frame -> frame.putLong(COUNT, -1), "frame: a count expects at least 0, got -1");
  }

  @Test
  void fieldsThatAKindDoesNotHaveAreRefused() {
    assertRefused(
        push(),
        frame -> frame.putLong(COUNT, 0),
        "frame: PUSH of 0 samples expects no head, got 144 bytes");
    assertRefused(
        Frames.bytes(new Push(0, 0, 0, 0, 0, null)),
        frame -> frame.putLong(COUNT, 1),
        "frame: PUSH of 1 samples expects a head, got 0 bytes");
    assertRefused(
        Frames.bytes(new Pull(0, 0, 0, 0)),
        frame -> frame.putLong(BODY_BYTES, 4),
        "frame: PULL of 0 samples expects no body, got 4 bytes");
    assertRefused(
        Frames.bytes(new Begin(0, 0, 0, 1)),
        frame -> frame.putLong(BODY_BYTES, 4),
        "frame: BEGIN of 0 samples expects no body, got 4 bytes");
    assertRefused(
        Frames.bytes(new Begin(0, 0, 0, 1)),
        frame -> frame.putInt(SUBTREE, 1),
        "frame: BEGIN expects subtree 0, got 1");
    assertRefused(
        Frames.bytes(new Pull(0, 0, 0, 0)),
        frame -> frame.put(6, (byte) 1),
        "frame: PULL expects no coded body, got one");
    assertRefused(
        Frames.bytes(new Begin(0, 0, 0, 1)),
        frame -> frame.putInt(SHARD, 1),
        "frame: BEGIN expects shard 0, got 1");
  }

  @Test
  void arrowMetadataOfAnotherBodyIsRefused() {
    assertRefused(
        push(),
        frame -> frame.putLong(BODY_BYTES, 16),
        "frame: a head expects an Arrow batch of one FLOAT32 column in 16 bytes, got another");
    assertRefused(
        push(),
        frame -> frame.putInt(Prefix.BYTES + 8, 1 << 30),
        "frame: a head expects Arrow metadata, got broken bytes");
    assertRefused(
        push(),
        frame -> frame.putInt(Prefix.BYTES + 4, 120),
        "frame: a head expects Arrow metadata of its own length, got another of 144 bytes");
  }

  @Test
  void brokenJsonIsRefused() {
    assertRefused(
        json(Kind.READY, "{\"node\":1,\"more\":2}"),
        frame -> {},
        "frame: a head of READY expects the JSON of [node], got {\"node\":1,\"more\":2}");
    assertRefused(
        json(Kind.READY, "{}"),
        frame -> {},
        "frame: a head of READY expects the JSON of [node], got {}");
    assertRefused(
        json(Kind.READY, "{\"node\":\"1\"}"),
        frame -> {},
        "frame: a head of READY expects the JSON of [node], got {\"node\":\"1\"}");
    assertRefused(
        json(Kind.READY, "{\"node\":1.5}"),
        frame -> {},
        "frame: a head of READY expects the JSON of [node], got {\"node\":1.5}");
    assertRefused(
        json(Kind.READY, "[]"),
        frame -> {},
        "frame: a head of READY expects the JSON of [node], got []");
    assertRefused(
        json(Kind.READY, "{\"node\":1} {}"),
        frame -> {},
        "frame: a head of READY expects the JSON of [node], got {\"node\":1} {}");
    assertRefused(
        json(Kind.FAILURE, "{\"reason\":null}"),
        frame -> {},
        "frame: a head of FAILURE expects the JSON of [reason], got {\"reason\":null}");
    assertRefused(
        json(Kind.BEGIN, "{\"x"),
        frame -> {},
        "frame: a head of BEGIN expects the JSON of [decided, rateFactor], got {\"x");
    assertRefused(
        json(Kind.REPORT, "{\"epoch\":0,\"parts\":[{\"subtree\":0,\"states\":[null]}]}"),
        frame -> {},
        "frame: a head of REPORT expects the JSON of [epoch, parts], got {\"epoch\":0,\"parts\":[{\"subtree\":0,\"states\":[null]}]}");
    assertRefused(
        json(Kind.READY, "[" + "1,".repeat(200)),
        frame -> {},
        "frame: a head of READY expects the JSON of [node], got [" + "1,".repeat(99) + "1...");
    assertRefused(
        Frames.bytes(new Finish(0, 0)),
        frame -> frame.put(Prefix.BYTES + 7, (byte) 9),
        "frame: the padding of a head expects zeros, got 9");
  }

  private static byte[] json(Kind kind, String text) {
    byte[] head = text.getBytes(StandardCharsets.UTF_8);
    return new Prefix(kind, 0, 0, 0, 0, head.length, 0, 0, false).write().put(head).array();
  }

  @Test
  void mutatedFramesGiveMessagesOrWireExceptionsAndNothingElse() {
    List<Message> messages = Messages.ofEveryKind(bodies);
    List<byte[]> frames = messages.stream().map(Frames::bytes).toList();
    messages.forEach(Message::release);
    SplittableRandom random = new SplittableRandom(42);
    int refused = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] mutated = mutated(random, frames.get(random.nextInt(frames.size())));
      try (FrameDecoder decoder = new FrameDecoder(bodies, BLOCK)) {
        Frames.decode(decoder, mutated, mutated.length).forEach(Message::release);
      } catch (WireException expected) {
        refused++;
      }
      assertThat(pool.outstanding()).isZero();
    }
    assertThat(refused).isBetween(100_000, 199_000);
  }

  /** Up to four bytes changed, sometimes cut short, sometimes followed by itself. */
  private static byte[] mutated(SplittableRandom random, byte[] frame) {
    byte[] bytes = Arrays.copyOf(frame, frame.length);
    for (int n = random.nextInt(1, 5); n > 0; n--) {
      int at = random.nextInt(bytes.length);
      bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] ^ 1 << n);
    }
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> ByteBuffer.allocate(bytes.length + frame.length).put(frame).put(bytes).array();
      default -> bytes;
    };
  }
}
