package io.sparrowml.spark.cli;

import io.sparrowml.config.ConfigException;
import io.sparrowml.spark.ingest.Causes;
import io.sparrowml.spark.ingest.Format;
import io.sparrowml.spark.ml.SavedModel;
import io.sparrowml.spark.ml.Scoring;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Adds a saved model's predictions to the rows of a file. */
final class ScoreCommand {
  private static final List<String> FORMATS = List.of("parquet", "json", "orc");

  private ScoreCommand() {}

  /**
   * Writes the rows with their predictions.
   *
   * @param input Parquet, or CSV with a head line where the name ends so
   * @param format of the output
   */
  static void run(String where, String input, String output, String format, PrintStream out)
      throws IOException {
    Configuration hadoop = SparkSessions.hadoop();
    if (!FORMATS.contains(format)) {
      throw new ConfigException(
          "score: --format expects one of %s, got '%s'"
              .formatted(String.join(", ", FORMATS), format));
    }
    Path path = new Path(output);
    if (path.getFileSystem(hadoop).exists(path)) {
      throw new ConfigException(
          "score: --output expects a path that does not exist yet, got '%s', which does; remove it or choose another"
              .formatted(output));
    }
    Path source = new Path(input);
    if (!source.getFileSystem(hadoop).exists(source)) {
      throw new ConfigException(
          "score: --input expects an existing file, got '%s'".formatted(input));
    }
    SavedModel saved = ModelPath.load(where, hadoop);
    try (SparkSession spark = SparkSessions.open("sparrow score")) {
      Dataset<Row> rows =
          Inputs.format(input) == Format.CSV
              ? spark.read().option("header", true).option("inferSchema", true).csv(input)
              : spark.read().parquet(input);
      Scoring.score(saved, rows).write().format(format).save(output);
      out.println("wrote " + output);
    } catch (RuntimeException e) {
      throw Causes.unwrap(e);
    }
  }
}
