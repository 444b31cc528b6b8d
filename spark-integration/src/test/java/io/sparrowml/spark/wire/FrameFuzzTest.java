package io.sparrowml.spark.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Frames of every kind with some bytes changed, cut or added: messages, or a refusal. */
class FrameFuzzTest {
  private static final int BODY_BYTES = 64;

  private final Arena arena = Arena.root("test", 1 << 16);
  private final Pool pool = new Pool(arena.child("messages"), BODY_BYTES);
  private final List<byte[]> frames =
      Stream.concat(
              Messages.ofEveryKind(Bodies.of(pool)).stream().map(FrameFuzzTest::bytes),
              Stream.of(
                  coded(1, 0, 0, 0, 0, 0, 0, 0),
                  coded(0.5f, -3, 7, 1, 1, 1, 1, 9),
                  coded(1, 0x1p-12f, 3, 4, 5, 6, 7, 8, 9, 1)))
          .toList();
  private int decoded;
  private int refused;

  @AfterEach
  void close() {
    arena.closeAll();
  }

  private static byte[] bytes(Message message) {
    byte[] bytes = Frames.bytes(message);
    message.release();
    return bytes;
  }

  private byte[] coded(float... numbers) {
    Push push = new Push(7, 42, 3, 5, 128, Messages.payload(Bodies.of(pool), numbers));
    byte[] bytes = Frames.coded(push, Bodies.of(pool));
    push.release();
    return bytes;
  }

  @Test
  void whatIsChangedIsReadOrRefused() {
    fuzz(20_000);
  }

  @Test
  @Tag("slow")
  void whatIsChangedIsReadOrRefusedAMillionTimes() {
    fuzz(1_000_000);
  }

  private void fuzz(int times) {
    SplittableRandom random = new SplittableRandom(42);
    for (int i = 0; i < times; i++) {
      byte[] frame = frames.get(random.nextInt(frames.size()));
      decode(mutated(frame, random), 1 + random.nextInt(64));
      assertThat(pool.outstanding()).as("payloads after frame %d", i).isZero();
    }
    assertThat(decoded).isPositive();
    assertThat(refused).isGreaterThan(times / 4);
  }

  private static byte[] mutated(byte[] frame, SplittableRandom random) {
    byte[] bytes = frame.clone();
    for (int change = random.nextInt(4); change >= 0; change--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes = Arrays.copyOf(bytes, 1 + at);
        case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(100));
        case 2 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 3 ->
            bytes[random.nextInt(Math.min(bytes.length, Prefix.BYTES))] = (byte) random.nextInt();
        default -> bytes[at] = (byte) random.nextInt();
      }
    }
    return bytes;
  }

  /** Reads in pieces until the end, or until the bytes are refused. */
  private void decode(byte[] bytes, int piece) {
    try (FrameDecoder decoder = new FrameDecoder(Bodies.of(pool), BODY_BYTES)) {
      for (int from = 0; from < bytes.length; from += piece) {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, Math.min(piece, bytes.length - from));
        for (Message m = decoder.next(in); m != null; m = decoder.next(in)) {
          decoded++;
          m.release();
        }
      }
    } catch (WireException e) {
      refused++;
    }
  }
}
