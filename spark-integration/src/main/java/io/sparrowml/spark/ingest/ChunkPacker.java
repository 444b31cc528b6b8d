package io.sparrowml.spark.ingest;

import io.sparrowml.data.RowFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;

/** Encodes rows and packs them into chunks, in their order. */
final class ChunkPacker implements Iterator<byte[]> {
  private final Iterator<RawRow> rows;
  private final RowEncoder encoder;
  private final byte[] features;
  private final byte[] labels;
  private final byte[] weights;

  ChunkPacker(Iterator<RawRow> rows, RowEncoder encoder) {
    this.rows = rows;
    this.encoder = encoder;
    this.features = new byte[Ingest.CHUNK_ROWS * encoder.format().featureBytes()];
    int labels = encoder.format().labels();
    this.labels = new byte[Ingest.CHUNK_ROWS * labels * Float.BYTES];
    this.weights = new byte[encoder.format().weighted() ? Ingest.CHUNK_ROWS * Float.BYTES : 0];
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public byte[] next() {
    RowFormat format = encoder.format();
    ByteBuffer values = ByteBuffer.wrap(features).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer targets = ByteBuffer.wrap(labels).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer importance = ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN);
    int count = 0;
    do {
      RawRow row = rows.next();
      encoder.features(row, values, count * format.featureBytes());
      encoder.labels(row, targets);
      if (format.weighted()) {
        importance.putFloat(encoder.weight(row));
      }
      count++;
    } while (count < Ingest.CHUNK_ROWS && rows.hasNext());
    return PackedChunk.pack(format, count, features, labels, weights);
  }
}
