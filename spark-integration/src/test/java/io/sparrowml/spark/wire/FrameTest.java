package io.sparrowml.spark.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameTest {
  private final Arena arena = Arena.root("test", 1 << 20);
  private final Pool pool = new Pool(arena, 64);
  private final Bodies bodies = Bodies.of(pool);

  @AfterEach
  void closeTheArena() {
    arena.close();
  }

  @Test
  void everyKindHasItsGoldenBytes() {
    List<Message> messages = Messages.ofEveryKind(bodies);

    assertThat(messages.stream().map(m -> Kind.of(m)).distinct()).hasSize(Kind.values().length);
    assertThat(messages.stream().map(FrameTest::readable))
        .containsExactlyElementsOf(GoldenFrames.ALL);
  }

  /** Prefix in hex, then the head: JSON as text, Arrow in hex; then the body in hex. */
  private static String readable(Message message) {
    byte[] bytes = Frames.bytes(message);
    String hex = HexFormat.of().formatHex(bytes);
    if (!Kind.of(message).isControl()) {
      return hex;
    }
    String head =
        new String(bytes, Prefix.BYTES, bytes.length - Prefix.BYTES, StandardCharsets.UTF_8);
    return hex.substring(0, 2 * Prefix.BYTES) + " " + head.replace('\0', '~');
  }

  @Test
  void headerAndBodyStartAtMultiplesOfEight() {
    for (int floats = 0; floats < 16; floats++) {
      Payload payload = Messages.payload(bodies, new float[floats]);

      assertThat(Frame.of(new Slice(0, 0, 0, 0, payload)).header().remaining() % 8).isZero();
      payload.release();
    }
  }

  @Test
  void arrowReadsHeadAndBody() throws IOException {
    float[] values = {1, -2, 3.5f, Float.NaN, Float.MIN_VALUE};
    byte[] bytes = Frames.bytes(new Slice(0, 0, 0, 0, Messages.payload(bodies, values)));
    Field column =
        new Field(
            "values",
            FieldType.notNullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
            null);

    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(column)), allocator);
        ReadChannel in =
            new ReadChannel(
                Channels.newChannel(
                    new ByteArrayInputStream(bytes, Prefix.BYTES, bytes.length - Prefix.BYTES)));
        ArrowRecordBatch batch = MessageSerializer.deserializeRecordBatch(in, allocator)) {
      new VectorLoader(root).load(batch);
      Float4Vector vector = (Float4Vector) root.getVector(0);

      assertThat(root.getRowCount()).isEqualTo(values.length);
      assertThat(IntStream.range(0, values.length).mapToObj(vector::get))
          .containsExactly(1f, -2f, 3.5f, Float.NaN, Float.MIN_VALUE);
    }
  }

  @Test
  void theBodyIsThePayloadsOwnMemory() {
    Payload payload = Messages.payload(bodies, 1, 2);
    Frame frame = Frame.of(new Slice(0, 0, 0, 0, payload));

    assertThat(frame.payload()).isSameAs(payload);
    assertThat(payload.bytes().isDirect()).isTrue();
  }

  @Test
  void aControlMessageOfMoreThan16MibIsRefused() {
    Message join = new Join(0, 0, "e", "h".repeat(16777172), 0, 0);

    assertThatThrownBy(() -> Frame.of(join))
        .isInstanceOf(WireException.class)
        .hasMessage("frame: a head of JOIN expects 0 to 16777216 bytes, got 16777217");
  }

  @Test
  void aReportOfManyScoresComesBack() {
    Random random = new Random(7);
    long[] scores = random.longs(1 << 21).sorted().toArray();
    long[] counters = random.longs(1 << 20, -100, 100).toArray();
    Report.Part part = new Report.Part(3, new long[][] {scores, counters, {}});
    Report report = new Report(0, 7, 1, List.of(part));

    byte[] bytes = Frames.bytes(report);

    assertThat(bytes.length).isGreaterThan(17 << 20).isLessThan(8 * scores.length * 5 / 3);
    try (FrameDecoder decoder = new FrameDecoder(bodies, 0)) {
      assertThat(Frames.decode(decoder, bytes, 1 << 16)).containsExactly(report);
    }
  }

  @Test
  void aLongReasonIsCutToSixteenKibOfWholeCharacters() {
    Failure failure = new Failure(0, 0, "x" + "é".repeat(16 << 10));

    assertThat(failure.reason()).isEqualTo("x" + "é".repeat((8 << 10) - 1));
    assertThat(new Failure(0, 0, "short, and \ud800 broken").reason())
        .isEqualTo("short, and ? broken");
  }

  @Test
  void aPushWithoutSamplesHasNoPayload() {
    assertThatThrownBy(() -> new Push(0, 0, 0, 0, 1, null))
        .hasMessage(
            "push: a sum expects a payload for samples and none for 0 samples, got none for 1");
    assertThatThrownBy(() -> new Push(0, 0, 0, 0, 0, Messages.payload(bodies, 1)))
        .hasMessage(
            "push: a sum expects a payload for samples and none for 0 samples, got a payload for"
                + " 0");
  }
}
