package io.sparrowml.spark.ingest;

import io.sparrowml.data.RowFormat;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/**
 * Packed rows by logical worker.
 *
 * @param chunks partition {@code w} holds the rows of logical worker {@code w}, in their order, as
 *     the bytes of {@link PackedChunk}s of {@link Ingest#CHUNK_ROWS} rows (the last may have less)
 * @param rows how many rows each logical worker has
 * @param format how a row lies packed
 */
public record Shards(JavaRDD<byte[]> chunks, List<Long> rows, RowFormat format) {
  /** Fixes the counts. */
  public Shards {
    rows = List.copyOf(rows);
  }

  /** The rows of all logical workers. */
  public long total() {
    return rows.stream().mapToLong(Long::longValue).sum();
  }

  /** Lets Spark forget the rows. */
  public void unpersist() {
    chunks.unpersist(false);
  }
}
