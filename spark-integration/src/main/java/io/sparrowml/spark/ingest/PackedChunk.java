package io.sparrowml.spark.ingest;

import com.google.flatbuffers.FlatBufferBuilder;
import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.ShapeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
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
 * +------------+---------------+----------------+---------------------------+-----------------+-------------------+
 * | 0xFFFFFFFF | metadata size | metadata       | features: rows x width    | labels: rows,   | weights: rows,    |
 * | int32      | int32         | (RecordBatch)  | values, padded to 8 bytes | or rows x t,    | if they have one; |
 * |            |               |                |                           | float32, padded | float32, padded   |
 * +------------+---------------+----------------+---------------------------+-----------------+-------------------+
 * </pre>
 *
 * A missing number is NaN, so the validity buffers are empty. All numbers are little-endian, as
 * tensors are on every machine that Arrow runs on, so a chunk is read by copying.
 */
public final class PackedChunk {
  private static final int PREFIX = 2 * Integer.BYTES;
  private static final int FEATURES = 2;
  private static final int LABELS = 4;
  private static final int LABEL_LISTS = 5;

  private final RowFormat format;
  private final int rows;
  private final ByteBuffer features;
  private final ByteBuffer labels;
  private final ByteBuffer weights;

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
    int labelsAt = format.target().rank() == 0 ? LABELS : LABEL_LISTS;
    boolean whole = batch.buffersLength() == labelsAt + (format.weighted() ? 3 : 1);
    this.labels = whole ? part(all, PREFIX + metadata, batch.buffers(labelsAt)) : all.slice(0, 0);
    this.weights =
        whole && format.weighted()
            ? part(all, PREFIX + metadata, batch.buffers(labelsAt + 2))
            : all.slice(0, 0);
    if (!whole
        || features.capacity() != rows * format.featureBytes()
        || labels.capacity() != rows * format.labels() * Float.BYTES) {
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
    into.labels()
        .block()
        .buffer()
        .put(at * format.labels() * Float.BYTES, labels, 0, labels.capacity());
    if (into.weights() != null) {
      into.weights().block().buffer().put(at * Float.BYTES, weights, 0, weights.capacity());
    }
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

  /** The label of a row; of a sequence, the first. */
  public float label(int row) {
    return label(row, 0);
  }

  /** The label of a row at a position of its sequence. */
  public float label(int row, int position) {
    return labels.getFloat((row * format.labels() + position) * Float.BYTES);
  }

  /** The weight of a row that has one. */
  public float weight(int row) {
    return weights.getFloat(row * Float.BYTES);
  }

  /**
   * Packs rows.
   *
   * @param features the raw values of at least {@code rows} rows
   * @param labels their labels, float32
   * @param weights their weights, float32; of any content where rows have none
   */
  public static byte[] pack(
      RowFormat format, int rows, byte[] features, byte[] labels, byte[] weights) {
    int featureBytes = rows * format.featureBytes();
    int labelBytes = rows * format.labels() * Float.BYTES;
    int weightBytes = format.weighted() ? rows * Float.BYTES : 0;
    int body = padded(featureBytes) + padded(labelBytes) + padded(weightBytes);
    ByteBuffer metadata = metadata(format, rows, body);
    int prefix = PREFIX + padded(metadata.remaining());
    ByteBuffer chunk = ByteBuffer.allocate(prefix + body).order(ByteOrder.LITTLE_ENDIAN);
    chunk.putInt(0, -1).putInt(Integer.BYTES, prefix - PREFIX);
    chunk.put(PREFIX, metadata, metadata.position(), metadata.remaining());
    chunk.put(prefix, features, 0, featureBytes);
    chunk.put(prefix + padded(featureBytes), labels, 0, labelBytes);
    chunk.put(prefix + padded(featureBytes) + padded(labelBytes), weights, 0, weightBytes);
    return chunk.array();
  }

  /**
   * A column of the record batch.
   *
   * @param list how many values each row has in a list; 0 for a value without a list
   * @param from where its values begin in the body
   * @param bytes of its values
   */
  private record Part(int list, long from, long bytes) {}

  private static List<Part> parts(RowFormat format, int rows) {
    List<Part> parts = new ArrayList<>();
    long featureBytes = (long) rows * format.featureBytes();
    long labelBytes = (long) rows * format.labels() * Float.BYTES;
    long labelsFrom = padded((int) featureBytes);
    parts.add(new Part(format.width(), 0, featureBytes));
    parts.add(new Part(format.target().rank() == 0 ? 0 : format.labels(), labelsFrom, labelBytes));
    if (format.weighted()) {
      long from = labelsFrom + padded((int) labelBytes);
      parts.add(new Part(0, from, (long) rows * Float.BYTES));
    }
    return parts;
  }

  /** Flatbuffers are written from their end, so each vector begins with its last element. */
  private static ByteBuffer metadata(RowFormat format, int rows, int body) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    List<Part> parts = parts(format, rows);
    Collections.reverse(parts);
    int lists = (int) parts.stream().filter(part -> part.list > 0).count();
    RecordBatch.startNodesVector(builder, parts.size() + lists);
    for (Part part : parts) {
      if (part.list > 0) {
        FieldNode.createFieldNode(builder, (long) rows * part.list, 0);
      }
      FieldNode.createFieldNode(builder, rows, 0);
    }
    int nodes = builder.endVector();
    RecordBatch.startBuffersVector(builder, 2 * parts.size() + lists);
    for (Part part : parts) {
      Buffer.createBuffer(builder, part.from, part.bytes);
      Buffer.createBuffer(builder, part.from, 0);
      if (part.list > 0) {
        Buffer.createBuffer(builder, part.from, 0);
      }
    }
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
    List<Field> fields = new ArrayList<>();
    fields.add(list("features", format.width(), value));
    fields.add(
        format.target().rank() == 0
            ? new Field("label", FieldType.notNullable(float32), null)
            : list("label", format.labels(), float32));
    if (format.weighted()) {
      fields.add(new Field("weight", FieldType.notNullable(float32), null));
    }
    return new Schema(fields);
  }

  private static Field list(String name, int size, ArrowType value) {
    return new Field(
        name,
        FieldType.notNullable(new ArrowType.FixedSizeList(size)),
        List.of(new Field("value", FieldType.notNullable(value), null)));
  }
}
