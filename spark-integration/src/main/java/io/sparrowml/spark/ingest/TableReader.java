package io.sparrowml.spark.ingest;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.Feature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a source in any of the formats. */
final class TableReader {
  private final Supplier<SparkSession> session;
  private final JavaSparkContext spark;
  private final DataConfig config;
  private final Target target;

  /**
   * A reader.
   *
   * @param session of the context; asked for where data frames are read
   */
  TableReader(
      JavaSparkContext spark, Supplier<SparkSession> session, DataConfig config, Target target) {
    this.spark = spark;
    this.session = session;
    this.config = config;
    this.target = target;
  }

  /**
   * The rows of a source.
   *
   * @param key the configuration's key for it, for errors
   * @param saved the features of a model, or null to take those that the configuration names
   * @throws ConfigException when a file or a configured column does not exist
   * @throws DataException when the data cannot be used
   */
  Table read(String key, Source source, @Nullable List<Feature> saved) {
    return switch (config.format()) {
      case IDX -> {
        requireExists(key + ".images", Objects.requireNonNull(source.images()));
        requireExists(key + ".labels", Objects.requireNonNull(source.labels()));
        yield IdxReader.read(spark, images(key), source, partitions());
      }
      case CIFAR10 ->
          Cifar10Reader.read(
              spark, Cifar10Reader.columns(key, config), files(key, source), partitions());
      case TEXT -> {
        if (target == Target.NUMBER) {
          throw new ConfigException(
              "data.format: text expects a loss of classes, got one of numbers");
        }
        yield TextReader.read(spark, key, files(key, source), config, saved);
      }
      case LIBSVM ->
          LibsvmReader.read(session.get(), key, source, files(key, source), config, saved);
      case SYNTHETIC_DIGITS -> DigitsReader.read(spark, images(key), source);
      case CSV -> {
        String path = requireExists(key, Objects.requireNonNull(source.path()));
        yield read(key, CsvReader.read(session.get(), path, key, config), saved);
      }
      case PARQUET -> {
        String path = requireExists(key, Objects.requireNonNull(source.path()));
        yield read(key, Frame.of(session.get().read().parquet(path)), saved);
      }
    };
  }

  /** The rows of a frame. */
  Table read(String key, Frame frame, @Nullable List<Feature> saved) {
    return FrameReader.read(frame, key, config, target, saved);
  }

  private int partitions() {
    return spark.defaultParallelism();
  }

  /** The files that a path means, in the order of their names. */
  private List<InputFile> files(String key, Source source) {
    String path = requireExists(key, Objects.requireNonNull(source.path()));
    return InputFile.list(key, path, spark.hadoopConfiguration());
  }

  private Table.Columns images(String key) {
    List<Column> pixels = List.of(new Column(IdxReader.IMAGE, Column.Kind.BYTES));
    return new Table.Columns(key, pixels, config.label(), config.missing());
  }

  private String requireExists(String key, String path) {
    try {
      Path pattern = new Path(path);
      var found = pattern.getFileSystem(spark.hadoopConfiguration()).globStatus(pattern);
      if (found == null || found.length == 0) {
        throw new ConfigException(
            key
                + ": expects an existing file, got "
                + path
                + "; correct the path, or set SPARROW_DATA where the path is taken from it");
      }
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException(key + ": expects a readable file, got " + path, e);
    }
  }
}
