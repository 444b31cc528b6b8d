package io.sparrowml.spark.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.junit.jupiter.api.Test;

class PackedChunkTest {
  private static final RowFormat PIXELS = new RowFormat(DType.UINT8, 3);
  private static final RowFormat NUMBERS = new RowFormat(DType.FLOAT32, 2);
  private static final RowFormat SEQUENCES = new RowFormat(DType.FLOAT32, 1, Shape.of(3), true);

  private static byte[] floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static byte[] pixels() {
    return PackedChunk.pack(PIXELS, 2, new byte[] {1, 2, 3, 4, 5, -1}, floats(7, 8), new byte[0]);
  }

  private static byte[] numbers() {
    return PackedChunk.pack(NUMBERS, 2, floats(1.5f, -2, 3, 4, 99), floats(0, 1, 99), new byte[0]);
  }

  private static byte[] sequences() {
    return PackedChunk.pack(SEQUENCES, 2, floats(1, 2), floats(3, 4, 5, 6, 7, 8), floats(0.5f, 2));
  }

  @Test
  void isCopiedIntoTensors() {
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Rows rows = Rows.allocate(arena, PIXELS, 4);
      PackedChunk chunk = new PackedChunk(pixels(), PIXELS);

      chunk.copyTo(rows, 0);
      chunk.copyTo(rows, 2);

      assertThat(chunk.rows()).isEqualTo(2);
      assertThat(rows.features().toDoubles())
          .containsExactly(1, 2, 3, 4, 5, 255, 1, 2, 3, 4, 5, 255);
      assertThat(rows.labels().toFloats()).containsExactly(7, 8, 7, 8);
    }
  }

  @Test
  void givesSingleRows() {
    PackedChunk chunk = new PackedChunk(numbers(), NUMBERS);
    double[] row = new double[2];

    chunk.row(0, row);

    assertThat(row).containsExactly(1.5, -2);
    assertThat(chunk.label(1)).isEqualTo(1);
  }

  @Test
  void holdsSequencesOfLabelsAndWeights() {
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Rows rows = Rows.allocate(arena, SEQUENCES, 3);
      PackedChunk chunk = new PackedChunk(sequences(), SEQUENCES);

      chunk.copyTo(rows.part(1, 2), 0);

      Rows copied = rows.part(1, 2);
      assertThat(copied.labels().toFloats()).containsExactly(3, 4, 5, 6, 7, 8);
      assertThat(Objects.requireNonNull(copied.weights()).toFloats()).containsExactly(0.5f, 2);
      assertThat(chunk.label(1)).isEqualTo(6);
      assertThat(chunk.label(1, 2)).isEqualTo(8);
      assertThat(chunk.weight(1)).isEqualTo(2);
    }
  }

  @Test
  void isAnArrowRecordBatchThatOthersCanRead() throws Exception {
    for (var each :
        Map.of(
                PIXELS,
                "features\tlabel\n[1,2,3]\t7.0\n[4,5,-1]\t8.0\n",
                NUMBERS,
                "features\tlabel\n[1.5,-2.0]\t0.0\n[3.0,4.0]\t1.0\n",
                SEQUENCES,
                "features\tlabel\tweight\n[1.0]\t[3.0,4.0,5.0]\t0.5\n[2.0]\t[6.0,7.0,8.0]\t2.0\n")
            .entrySet()) {
      RowFormat format = each.getKey();
      byte[] bytes =
          format.equals(PIXELS) ? pixels() : format.equals(NUMBERS) ? numbers() : sequences();
      try (RootAllocator allocator = new RootAllocator();
          VectorSchemaRoot root = VectorSchemaRoot.create(PackedChunk.schema(format), allocator);
          ReadChannel in = new ReadChannel(Channels.newChannel(new ByteArrayInputStream(bytes)));
          var batch = MessageSerializer.deserializeRecordBatch(in, allocator)) {
        new VectorLoader(root).load(batch);
        // Arrow's Java vectors print unsigned bytes as signed ones.
        assertThat(root.contentToTSVString()).isEqualTo(each.getValue());
      }
    }
  }

  @Test
  void staysTheSameBytesFromVersionToVersion() {
    assertThat(HexFormat.of().formatHex(pixels()))
        .isEqualTo(
            "ffffffffd800000014000000000000000c0016000e001500100004000c0000001000000000000000"
                + "000004001000000000030a0018000c00080004000a00000014000000680000000200000000000000"
                + "00000000050000000000000000000000000000000000000000000000000000000000000000000000"
                + "00000000000000000600000000000000080000000000000000000000000000000800000000000000"
                + "08000000000000000000000003000000020000000000000000000000000000000600000000000000"
                + "0000000000000000020000000000000000000000000000000102030405ff00000000e04000000041");
  }

  @Test
  void rowsOfAnotherFormatAreRefused() {
    assertThatThrownBy(() -> new PackedChunk(pixels(), NUMBERS))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "chunk expects 2 rows of RowFormat[storage=FLOAT32, width=2, target=[], weighted=false]"
                + " in 16 bytes, got 6");
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Rows small = Rows.allocate(arena, PIXELS, 2);
      assertThatThrownBy(() -> new PackedChunk(pixels(), PIXELS).copyTo(small, 1))
          .isInstanceOf(ShapeException.class)
          .hasMessage(
              "chunk expects room for 2 rows of RowFormat[storage=UINT8, width=3, target=[],"
                  + " weighted=false] at row 1, got 2 rows of RowFormat[storage=UINT8, width=3,"
                  + " target=[], weighted=false]");
    }
  }
}
