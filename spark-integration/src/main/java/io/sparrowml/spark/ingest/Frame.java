package io.sparrowml.spark.ingest;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Rows with named and typed columns.
 *
 * @param rows their first values are those of the schema
 * @param textual whether all columns are texts, whatever they stand for, as in CSV
 */
record Frame(StructType schema, JavaRDD<Row> rows, boolean textual) {
  /** The rows of a data frame. */
  static Frame of(Dataset<Row> frame) {
    return new Frame(frame.schema(), frame.javaRDD(), false);
  }
}
