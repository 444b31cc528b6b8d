package io.sparrowml.spark.ingest;

import io.sparrowml.tensor.Shape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were read, in Spark's partitions.
 *
 * @param columns what the values of a row are
 * @param rows the values of the features in their order, then the label, then the weight if there
 *     is one
 */
record Table(Columns columns, JavaRDD<RawRow> rows) {
  /**
   * The columns of a table.
   *
   * @param key the configuration's key for the rows, such as {@code data.train}, for errors
   * @param features those that the network sees
   * @param label the value after the features
   * @param target the shape of the labels of a row: {@code []} for one; {@code [t]} for a text of
   *     {@code t} characters, each of which is a class
   * @param weight the value after the label; null where there is none
   * @param missing the texts that stand for a missing number
   */
  record Columns(
      String key,
      List<Column> features,
      String label,
      Shape target,
      @Nullable String weight,
      List<String> missing)
      implements Serializable {
    /** Rows of one label and no weight. */
    Columns(String key, List<Column> features, String label, List<String> missing) {
      this(key, features, label, Shape.of(), null, missing);
    }

    /** The names of all values of a row. */
    List<String> names() {
      List<String> names = new ArrayList<>();
      features.forEach(column -> names.add(column.name()));
      names.add(label);
      if (weight != null) {
        names.add(weight);
      }
      return names;
    }

    /** How many values a row has. */
    int size() {
      return features.size() + (weight == null ? 1 : 2);
    }

    /** Whether the label is a text, each character of which is a class. */
    boolean sequence() {
      return target.rank() > 0;
    }
  }
}
