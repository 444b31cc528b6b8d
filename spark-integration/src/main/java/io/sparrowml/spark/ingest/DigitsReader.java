package io.sparrowml.spark.ingest;

import io.sparrowml.data.SyntheticDigits;
import io.sparrowml.tensor.RandomKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** Draws synthetic digits: another data set for each key, always the same for the same key. */
final class DigitsReader {
  private static final int ROWS_A_TASK = 500;

  private DigitsReader() {}

  /** The drawn rows. */
  static Table read(JavaSparkContext spark, Table.Columns columns, Source source) {
    int rows = Objects.requireNonNull(source.rows());
    long dataSet = RandomKey.of(0).with(columns.key()).value();
    List<Integer> starts = new ArrayList<>();
    for (int i = 0; i < rows; i += ROWS_A_TASK) {
      starts.add(i);
    }
    JavaRDD<RawRow> drawn =
        spark
            .parallelize(starts, Math.min(starts.size(), 2 * spark.defaultParallelism()))
            .flatMap(
                start ->
                    IntStream.range(start, Math.min(start + ROWS_A_TASK, rows))
                        .mapToObj(i -> draw(dataSet, i))
                        .iterator());
    return new Table(columns, drawn);
  }

  private static RawRow draw(long dataSet, int index) {
    byte[] pixels = new byte[SyntheticDigits.PIXELS];
    int digit = new SyntheticDigits(new RandomKey(dataSet)).draw(index, pixels);
    @Nullable Serializable[] values = {pixels, Integer.toString(digit)};
    return new RawRow(values, "drawn row " + (index + 1));
  }
}
