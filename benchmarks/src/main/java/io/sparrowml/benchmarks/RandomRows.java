package io.sparrowml.benchmarks;

import io.sparrowml.data.RowFormat;
import io.sparrowml.spark.ingest.Ingest;
import io.sparrowml.spark.ingest.PackedChunk;
import io.sparrowml.spark.ingest.Shards;
import io.sparrowml.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** Random images with random labels, packed and kept in memory as ingested rows are. */
final class RandomRows {
  private RandomRows() {}

  /**
   * Rows by logical worker.
   *
   * @param chunks how many chunks of {@link Ingest#CHUNK_ROWS} rows each worker has
   */
  static Shards of(JavaSparkContext spark, Subject subject, int workers, int chunks) {
    RowFormat format = new RowFormat(DType.UINT8, subject.width());
    return new Shards(
        spark
            .parallelize(IntStream.range(0, workers).boxed().toList())
            .mapToPair(worker -> new Tuple2<>(worker, worker))
            .partitionBy(new HashPartitioner(workers))
            .keys()
            .flatMap(w -> IntStream.range(0, chunks).mapToObj(c -> chunk(format, w, c)).iterator())
            .cache(),
        Collections.nCopies(workers, (long) chunks * Ingest.CHUNK_ROWS),
        format);
  }

  private static byte[] chunk(RowFormat format, int worker, int index) {
    Random random = new Random(31L * worker + index);
    byte[] features = new byte[Ingest.CHUNK_ROWS * format.featureBytes()];
    random.nextBytes(features);
    ByteBuffer labels =
        ByteBuffer.allocate(Ingest.CHUNK_ROWS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (labels.hasRemaining()) {
      labels.putFloat(random.nextInt(Subject.CLASSES));
    }
    return PackedChunk.pack(format, Ingest.CHUNK_ROWS, features, labels.array(), new byte[0]);
  }
}
