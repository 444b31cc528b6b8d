package io.sparrowml.spark.ingest;

import io.sparrowml.data.RowFormat;
import org.apache.spark.api.java.JavaRDD;

/**
 * Packed rows where Spark read them, of no logical worker.
 *
 * @param chunks the bytes of {@link PackedChunk}s, at most {@link Ingest#CHUNK_ROWS} rows each
 * @param format how a row lies packed
 */
public record EncodedRows(JavaRDD<byte[]> chunks, RowFormat format) {}
