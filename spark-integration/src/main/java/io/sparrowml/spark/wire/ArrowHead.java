package io.sparrowml.spark.wire;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * The head of a tensor message: the metadata of an Arrow IPC encapsulated message whose body is the
 * values alone.
 *
 * <pre>
 *  0xFFFFFFFF | int32 length | flatbuffer Message { RecordBatch }, zeros up to a multiple of 8
 * </pre>
 *
 * <p>Built from its length alone, so that the body goes out as it lies in memory.
 */
final class ArrowHead {
  private static final int CONTINUATION = -1;
  private static final int MARK_BYTES = 8;
  private static final int INITIAL_BYTES = 256;

  private ArrowHead() {}

  /** The metadata of a batch of one FLOAT32 column without nulls. */
  static byte[] of(int floats) {
    return of(floats, (long) floats * Float.BYTES);
  }

  /** The metadata of a batch of one UINT8 column without nulls. */
  static byte[] ofBytes(int bytes) {
    return of(bytes, bytes);
  }

  private static byte[] of(int length, long bytes) {
    FlatBufferBuilder builder = new FlatBufferBuilder(INITIAL_BYTES);
    RecordBatch.startBuffersVector(builder, 2);
    Buffer.createBuffer(builder, 0, bytes);
    Buffer.createBuffer(builder, 0, 0);
    int buffers = builder.endVector();
    RecordBatch.startNodesVector(builder, 1);
    FieldNode.createFieldNode(builder, length, 0);
    int nodes = builder.endVector();
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, length);
    RecordBatch.addNodes(builder, nodes);
    RecordBatch.addBuffers(builder, buffers);
    int batch = RecordBatch.endRecordBatch(builder);
    builder.finish(
        org.apache.arrow.flatbuf.Message.createMessage(
            builder, MetadataVersion.V5, MessageHeader.RecordBatch, batch, bytes, 0));
    ByteBuffer metadata = builder.dataBuffer();
    int padded = (metadata.remaining() + 7) & -8;
    byte[] head = new byte[MARK_BYTES + padded];
    ByteBuffer.wrap(head)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(CONTINUATION)
        .putInt(padded)
        .put(metadata);
    return head;
  }

  /**
   * How many values the batch holds.
   *
   * @param head the bytes, from position 0 to the limit
   * @param bodyBytes what the prefix says of the body
   * @param width the bytes of a value
   * @throws WireException when the metadata describes anything else than {@code bodyBytes} of such
   *     values
   */
  static int values(ByteBuffer head, long bodyBytes, int width) {
    try {
      ByteBuffer bytes = head.slice().order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.remaining() < MARK_BYTES
          || bytes.getInt() != CONTINUATION
          || bytes.getInt() != bytes.remaining()) {
        throw new WireException(
            "frame: a head expects Arrow metadata of its own length, got another of "
                + head.remaining()
                + " bytes");
      }
      if (!describes(
          org.apache.arrow.flatbuf.Message.getRootAsMessage(
              bytes.slice().order(ByteOrder.LITTLE_ENDIAN)),
          bodyBytes,
          bodyBytes / width)) {
        throw new WireException(
            "frame: a head expects an Arrow batch of one "
                + (width == 1 ? "UINT8" : "FLOAT32")
                + " column in "
                + bodyBytes
                + " bytes, got another");
      }
      return (int) (bodyBytes / width);
    } catch (IndexOutOfBoundsException e) {
      throw new WireException("frame: a head expects Arrow metadata, got broken bytes", e);
    }
  }

  private static boolean describes(
      org.apache.arrow.flatbuf.Message message, long bodyBytes, long length) {
    if (message.version() != MetadataVersion.V5
        || message.headerType() != MessageHeader.RecordBatch
        || message.bodyLength() != bodyBytes
        || !(message.header(new RecordBatch()) instanceof RecordBatch batch)) {
      return false;
    }
    return batch.length() == length
        && batch.compression() == null
        && batch.variadicBufferCountsLength() == 0
        && batch.nodesLength() == 1
        && batch.nodes(0).length() == length
        && batch.nodes(0).nullCount() == 0
        && batch.buffersLength() == 2
        && batch.buffers(0).length() == 0
        && batch.buffers(1).offset() == 0
        && batch.buffers(1).length() == bodyBytes;
  }
}
