package io.sparrowml.spark.ingest;

import io.sparrowml.data.Feature;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Reads sparse rows as LIBSVM writes them (Chang and Lin, 2011), one a line: {@code label
 * index:value index:value ...}. Indices count from 1 and ascend; what is left out is 0; a number
 * sign begins a comment. Rows become dense.
 */
final class LibsvmReader {
  /** The name of the column of numbers. */
  static final String FEATURES = "features";

  /** The most numbers a row may have: rows become dense. */
  static final int MOST_NUMBERS = 1_000_000;

  private LibsvmReader() {}

  /**
   * The rows of files.
   *
   * @param saved the features of a model, or null to have as many numbers as the greatest index
   */
  static Table read(
      SparkSession session,
      String key,
      Source source,
      List<InputFile> files,
      DataConfig config,
      @Nullable List<Feature> saved) {
    JavaRDD<String> lines =
        files.isEmpty()
            ? session.emptyDataset(Encoders.STRING()).javaRDD()
            : session
                .read()
                .textFile(files.stream().map(InputFile::path).toArray(String[]::new))
                .javaRDD();
    JavaRDD<String> rows = lines.map(LibsvmReader::uncommented).filter(line -> !line.isEmpty());
    int width =
        saved == null
            ? rows.map(line -> new Line(key, line).last()).fold(0, Math::max)
            : saved.get(0).rawWidth();
    if (width == 0 && !rows.isEmpty()) {
      throw new DataException(
          key + ": expects at least one index:value, got none in " + source.value());
    }
    Table.Columns columns =
        new Table.Columns(
            key,
            List.of(new Column(FEATURES, Column.Kind.NUMBERS)),
            config.label(),
            config.missing());
    return new Table(columns, rows.map(line -> new Line(key, line).row(width)));
  }

  private static String uncommented(String line) {
    int comment = line.indexOf('#');
    return (comment < 0 ? line : line.substring(0, comment)).strip();
  }

  /** A line, for errors of it. */
  private record Line(String key, String text) {
    private DataException error(String contract, String got) {
      String shown = text.length() > 200 ? text.substring(0, 200) + "..." : text;
      return new DataException(
          "%s: a line expects %s, got '%s' in '%s'".formatted(key, contract, got, shown));
    }

    private String[] parts() {
      return text.split("\\s+", -1);
    }

    /** The greatest index. */
    int last() {
      String[] parts = parts();
      return parts.length == 1 ? 0 : index(parts[parts.length - 1]);
    }

    private int index(String part) {
      int colon = part.indexOf(':');
      double index = colon < 0 ? Double.NaN : Texts.number(part.substring(0, colon));
      if (!(index >= 1 && index <= MOST_NUMBERS && index == Math.rint(index))) {
        throw error("index:value with a whole index of 1 to %,d".formatted(MOST_NUMBERS), part);
      }
      return (int) index;
    }

    RawRow row(int width) {
      String[] parts = parts();
      float[] numbers = new float[width];
      int before = 0;
      for (int i = 1; i < parts.length; i++) {
        int index = index(parts[i]);
        if (index <= before || index > width) {
          throw error("indices that ascend and are at most %,d".formatted(width), parts[i]);
        }
        before = index;
        float value = (float) Texts.number(parts[i].substring(parts[i].indexOf(':') + 1));
        if (!Float.isFinite(value)) {
          throw error("finite numbers of float32", parts[i]);
        }
        numbers[index - 1] = value;
      }
      @Nullable Serializable[] values = {numbers, parts[0]};
      return new RawRow(values, null);
    }
  }
}
