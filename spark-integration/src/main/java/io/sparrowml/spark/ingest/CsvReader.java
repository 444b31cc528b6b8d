package io.sparrowml.spark.ingest;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Reads CSV files as rows of strings; Spark finds the lines, the values stay texts. */
final class CsvReader {
  private static final String MALFORMED = "_malformed_line";

  private CsvReader() {}

  /**
   * The lines of files; one with too many or too few values fails the task that reads it.
   *
   * @throws DataException when there is nothing in the files
   */
  static Frame read(SparkSession spark, String path, String key, DataConfig config) {
    DataFrameReader reader =
        spark
            .read()
            .option("header", config.header())
            .option("sep", config.delimiter())
            .option("quote", config.quote())
            .option("ignoreLeadingWhiteSpace", config.trim())
            .option("ignoreTrailingWhiteSpace", config.trim())
            .option("enforceSchema", true)
            .option("mode", "PERMISSIVE")
            .option("columnNameOfCorruptRecord", MALFORMED);
    List<String> names =
        config.columns() != null
            ? config.columns()
            : Arrays.asList(reader.csv(path).schema().fieldNames());
    if (names.isEmpty()) {
      throw new DataException(key + ": expects at least one row, got none in " + path);
    }
    StructType strings = new StructType();
    for (String name : names) {
      strings = strings.add(name, DataTypes.StringType);
    }
    StructType schema = strings;
    Dataset<Row> lines = reader.schema(schema.add(MALFORMED, DataTypes.StringType)).csv(path);
    int last = names.size();
    return new Frame(schema, lines.javaRDD().map(line -> checked(line, last, key)), true);
  }

  private static Row checked(Row line, int values, String key) {
    if (!line.isNullAt(values)) {
      throw new DataException(
          "%s: a line expects %d values, got '%s'; correct or leave out such lines, or see data.delimiter, data.quote, data.header and data.columns"
              .formatted(key, values, line.getString(values)));
    }
    return line;
  }
}
