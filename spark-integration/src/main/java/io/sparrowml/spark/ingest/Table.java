package io.sparrowml.spark.ingest;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;

/**
 * Rows that were read, in Spark's partitions.
 *
 * @param columns what the values of a row are
 * @param rows the values of the features in their order, then the label
 */
record Table(Columns columns, JavaRDD<RawRow> rows) {
  /**
   * The columns of a table.
   *
   * @param key the configuration's key for the rows, such as {@code data.train}, for errors
   * @param features those that the network sees
   * @param label the last value of a row
   * @param missing the texts that stand for a missing number
   */
  record Columns(String key, List<Column> features, String label, List<String> missing)
      implements Serializable {
    /** The names of all values of a row. */
    List<String> names() {
      return Stream.concat(features.stream().map(Column::name), Stream.of(label)).toList();
    }

    /** How many values a row has. */
    int size() {
      return features.size() + 1;
    }
  }
}
