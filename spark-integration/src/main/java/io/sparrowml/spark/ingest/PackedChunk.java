package io.sparrowml.spark.ingest;

import com.google.flatbuffers.FlatBufferBuilder;
import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.ShapeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A run of rows as one Arrow record batch, in the encapsulated form of Arrow's IPC:
 *
 * <pre>
 * +------------+---------------+----------------+---------------------------+-----------------+
 * | 0xFFFFFFFF | metadata size | metadata       | features: rows x width    | labels: rows    |
 * | int32      | int32         | (RecordBatch)  | values, padded to 8 bytes | float32, padded |
 * +------------+---------------+----------------+---------------------------+-----------------+
 * </pre>
 *
 * Nothing is ever missing, so the validity buffers are empty. All numbers are little-endian, as
 * tensors are on every machine that Arrow runs on, so a chunk is read by copying.
 */
public final class PackedChunk {
  private static final int PREFIX = 2 * Integer.BYTES;
  private static final int FEATURES = 2;
  private static final int LABELS = 4;

  private final RowFormat format;
  private final int rows;
  private final ByteBuffer features;
  private final ByteBuffer labels;

  /**
   * The chunk that these bytes are.
   *
   * @throws ShapeException when it holds rows of another format
   */
  public PackedChunk(byte[] bytes, RowFormat format) {
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int metadata = all.getInt(Integer.BYTES);
    RecordBatch batch = new RecordBatch();
    Message.getRootAsMessage(all.slice(PREFIX, metadata).order(ByteOrder.LITTLE_ENDIAN))
        .header(batch);
    this.format = format;
    this.rows = Math.toIntExact(batch.length());
    this.features = part(all, PREFIX + metadata, batch.buffers(FEATURES));
    this.labels = part(all, PREFIX + metadata, batch.buffers(LABELS));
    if (features.capacity() != rows * format.featureBytes()) {
      throw new ShapeException(
          "chunk expects %d rows of %s in %d bytes, got %d"
              .formatted(rows, format, rows * format.featureBytes(), features.capacity()));
    }
  }

  private static ByteBuffer part(ByteBuffer all, int body, Buffer place) {
    return all.slice(body + Math.toIntExact(place.offset()), Math.toIntExact(place.length()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** How many rows there are. */
  public int rows() {
    return rows;
  }

  /**
   * Copies all rows into tensors.
   *
   * @param at the row of {@code into} that the first one becomes
   * @throws ShapeException when {@code into} is of another format or has no room
   */
  public void copyTo(Rows into, int at) {
    if (!into.format().equals(format) || at < 0 || at + rows > into.count()) {
      throw new ShapeException(
          "chunk expects room for %d rows of %s at row %d, got %d rows of %s"
              .formatted(rows, format, at, into.count(), into.format()));
    }
    into.features()
        .block()
        .buffer()
        .put(at * format.featureBytes(), features, 0, features.capacity());
    into.labels().block().buffer().put(at * Float.BYTES, labels, 0, labels.capacity());
  }

  /**
   * Copies the raw values of one row, widened to double.
   *
   * @param values as many as the format's width
   */
  public void row(int row, double[] values) {
    int at = row * format.featureBytes();
    for (int i = 0; i < values.length; i++) {
      values[i] =
          format.storage() == DType.UINT8
              ? features.get(at + i) & 0xff
              : features.getFloat(at + i * Float.BYTES);
    }
  }

  /** The label of a row. */
  public float label(int row) {
    return labels.getFloat(row * Float.BYTES);
  }

  /**
   * Packs rows.
   *
   * @param features the raw values of at least {@code rows} rows
   * @param labels at least {@code rows} numbers of float32
   */
  public static byte[] pack(RowFormat format, int rows, byte[] features, byte[] labels) {
    int featureBytes = rows * format.featureBytes();
    int labelBytes = rows * Float.BYTES;
    int body = padded(featureBytes) + padded(labelBytes);
    ByteBuffer metadata = metadata(format, rows, body);
    int prefix = PREFIX + padded(metadata.remaining());
    ByteBuffer chunk = ByteBuffer.allocate(prefix + body).order(ByteOrder.LITTLE_ENDIAN);
    chunk.putInt(0, -1).putInt(Integer.BYTES, prefix - PREFIX);
    chunk.put(PREFIX, metadata, metadata.position(), metadata.remaining());
    chunk.put(prefix, features, 0, featureBytes);
    chunk.put(prefix + padded(featureBytes), labels, 0, labelBytes);
    return chunk.array();
  }

  private static ByteBuffer metadata(RowFormat format, int rows, int body) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    long featureBytes = (long) rows * format.featureBytes();
    long labelsFrom = padded((int) featureBytes);
    RecordBatch.startNodesVector(builder, 3);
    FieldNode.createFieldNode(builder, rows, 0);
    FieldNode.createFieldNode(builder, (long) rows * format.width(), 0);
    FieldNode.createFieldNode(builder, rows, 0);
    int nodes = builder.endVector();
    RecordBatch.startBuffersVector(builder, 5);
    Buffer.createBuffer(builder, labelsFrom, (long) rows * Float.BYTES);
    Buffer.createBuffer(builder, labelsFrom, 0);
    Buffer.createBuffer(builder, 0, featureBytes);
    Buffer.createBuffer(builder, 0, 0);
    Buffer.createBuffer(builder, 0, 0);
    int buffers = builder.endVector();
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, rows);
    RecordBatch.addNodes(builder, nodes);
    RecordBatch.addBuffers(builder, buffers);
    int batch = RecordBatch.endRecordBatch(builder);
    return MessageSerializer.serializeMessage(
        builder, MessageHeader.RecordBatch, batch, body, IpcOption.DEFAULT);
  }

  private static int padded(int bytes) {
    return (bytes + 7) & -8;
  }

  /** The schema of the chunks of a format, for other readers of Arrow. */
  public static Schema schema(RowFormat format) {
    ArrowType float32 = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    ArrowType value =
        format.storage() == DType.UINT8 ? new ArrowType.Int(Byte.SIZE, false) : float32;
    ArrowType list = new ArrowType.FixedSizeList(format.width());
    return new Schema(
        List.of(
            new Field(
                "features",
                FieldType.notNullable(list),
                List.of(new Field("value", FieldType.notNullable(value), null))),
            new Field("label", FieldType.notNullable(float32), null)));
  }
}
