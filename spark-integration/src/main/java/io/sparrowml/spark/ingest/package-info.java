/**
 * From files and data frames to packed shards: one Spark partition of packed rows for each logical
 * worker, the same bytes however Spark happened to split the input.
 *
 * <p>Read {@link io.sparrowml.spark.ingest.Ingest} first, then {@link
 * io.sparrowml.spark.ingest.PackedChunk}. Imports core's {@code data}, {@code tensor} and {@code
 * config}, Spark, Hadoop and Arrow.
 */
@NullMarked
package io.sparrowml.spark.ingest;

import org.jspecify.annotations.NullMarked;
