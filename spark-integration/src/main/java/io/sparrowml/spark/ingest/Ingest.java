package io.sparrowml.spark.ingest;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.Feature;
import io.sparrowml.data.Normalize;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.RowFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * From a {@link DataConfig} to packed shards.
 *
 * <pre>
 * read -> hash of each row's content -> one shuffle -> survey: counts, categories, tokens, classes
 *      -> packed chunks, persisted -> statistics -> preprocessing
 * </pre>
 *
 * What a row is for, whose it is and where it stands among that worker's follows from its content
 * and the seed alone, so the result is the same, bit for bit, however Spark split the input.
 */
public final class Ingest {
  /** Rows a chunk. */
  public static final int CHUNK_ROWS = 1024;

  private final JavaSparkContext spark;
  private final DataConfig config;
  private final Target target;
  private final TableReader reader;

  /** An ingestion of what a configuration names. */
  public Ingest(SparkSession session, DataConfig config, Target target) {
    this(JavaSparkContext.fromSparkContext(session.sparkContext()), () -> session, config, target);
  }

  /**
   * An ingestion of what a configuration names.
   *
   * @param session of the context; asked for only where data frames are read, for it takes a second
   *     to start
   */
  public Ingest(
      JavaSparkContext spark, Supplier<SparkSession> session, DataConfig config, Target target) {
    this.spark = spark;
    this.config = config;
    this.target = target;
    this.reader = new TableReader(spark, session, config, target);
  }

  /**
   * Reads, splits, packs and measures the training and validation rows.
   *
   * @param workers how many logical workers share them
   * @throws ConfigException when the configuration does not fit the data, or there are fewer
   *     training rows than logical workers
   * @throws DataException when the data cannot be used
   */
  public TrainingData load(long seed, int workers) {
    Split split = new Split(seed, workers, config.validation().share());
    return unwrapped(() -> load(reader.read("data.train", config.train(), null), split));
  }

  TrainingData load(Table table, Split split) {
    if (target == Target.CLASSES && config.normalizeLabel() != Normalize.NONE) {
      throw new ConfigException(
          "data.normalize-label: expects a loss of numbers, got one of classes; leave it out");
    }
    Classes known = config.classes() == null ? null : Classes.of(config.classes());
    boolean discovers = target == Target.CLASSES && known == null;
    ShuffledRows rows = ShuffledRows.of(table, split, target == Target.CLASSES ? known : null);
    List<Survey> surveys = rows.survey(discovers);
    Survey all = new Survey(table.columns(), discovers);
    surveys.forEach(all::merge);
    checkCounts(all, split);
    Classes classes = target == Target.NUMBER ? null : discovers ? discovered(all.labels()) : known;
    List<Feature> features =
        classes != null && table.columns().sequence()
            ? TextReader.features(config, classes)
            : all.features();
    boolean fills = config.fillMissing().kind() != FillMissing.Kind.ERROR;
    RowEncoder encoder = new RowEncoder(table.columns(), features, classes, fills);
    Shards train =
        new Shards(
            persisted(rows.pack(false, encoder)),
            surveys.stream().map(Survey::training).toList(),
            encoder.format());
    Preprocessing preprocessing = new Fitting(train, config).of(features);
    List<String> names = classes == null ? List.of() : classes.names();
    Shards validation = null;
    if (split.share() > 0) {
      JavaRDD<byte[]> chunks = persisted(rows.pack(true, encoder));
      validation = new Shards(chunks, counts(chunks, encoder.format()), encoder.format());
    } else if (config.validation().source() != null) {
      validation =
          shards("data.validation", config.validation().source(), split, preprocessing, names);
    }
    return new TrainingData(train, validation, preprocessing, names);
  }

  private void checkCounts(Survey all, Split split) {
    if (all.training() + all.validation() == 0) {
      throw empty("data.train", config.train());
    }
    if (split.share() > 0 && all.validation() == 0) {
      throw new ConfigException(
          "data.validation: expects a share that leaves at least 1 row for validation, got %s of %,d rows; give a greater share or 0"
              .formatted(split.share(), all.training()));
    }
    if (all.training() < split.workers()) {
      throw new ConfigException(
          "cluster.logical-workers: expects at most as many logical workers as training rows, got %,d logical workers and %,d training rows; set it to %,d or less, or give more rows"
              .formatted(split.workers(), all.training(), Math.max(1, all.training())));
    }
  }

  private Classes discovered(Set<String> labels) {
    if (labels.size() < 2) {
      throw new DataException(
          "data.train: label '"
              + config.label()
              + "' expects at least 2 classes, got "
              + labels
              + "; see data.label");
    }
    return Classes.discovered(labels);
  }

  /**
   * The test rows, packed with the features and classes of a model, by logical worker as training
   * rows are: sums over them are the same on any cluster.
   *
   * @param classes the names of the model's classes; empty for a regression
   */
  public Shards test(long seed, int workers, Preprocessing preprocessing, List<String> classes) {
    Split split = new Split(seed, workers, 0);
    return unwrapped(() -> shards("data.test", requiredTest(), split, preprocessing, classes));
  }

  /** All rows of a source by logical worker; the share of the split must be 0. */
  private Shards shards(
      String key, Source source, Split split, Preprocessing preprocessing, List<String> names) {
    Table table = reader.read(key, source, preprocessing.features());
    Classes classes = classes(names);
    RowEncoder encoder = encoder(table, preprocessing, classes);
    JavaRDD<byte[]> chunks = persisted(ShuffledRows.of(table, split, classes).pack(false, encoder));
    Shards shards = new Shards(chunks, counts(chunks, encoder.format()), encoder.format());
    if (shards.total() == 0) {
      shards.unpersist();
      throw empty(key, source);
    }
    return shards;
  }

  /**
   * The test rows, packed with the features and classes of a model, where Spark reads them: without
   * a shuffle, and not persisted.
   *
   * @param classes the names of the model's classes; empty for a regression
   */
  public EncodedRows encode(Preprocessing preprocessing, List<String> classes) {
    return unwrapped(
        () -> {
          Source test = requiredTest();
          Table table = reader.read("data.test", test, preprocessing.features());
          if (table.rows().isEmpty()) {
            throw empty("data.test", test);
          }
          return encode(table, preprocessing, classes);
        });
  }

  /** As {@link #encode(Preprocessing, List)}, for the rows of a data frame. */
  public EncodedRows encode(Dataset<Row> frame, Preprocessing preprocessing, List<String> classes) {
    Table table = reader.read("input", Frame.of(frame), preprocessing.features());
    return encode(table, preprocessing, classes);
  }

  private EncodedRows encode(Table table, Preprocessing preprocessing, List<String> names) {
    RowEncoder encoder = encoder(table, preprocessing, classes(names));
    return new EncodedRows(
        table.rows().mapPartitions(rows -> new ChunkPacker(rows, encoder)), encoder.format());
  }

  private static RowEncoder encoder(
      Table table, Preprocessing preprocessing, @Nullable Classes classes) {
    return new RowEncoder(
        table.columns(), preprocessing.features(), classes, preprocessing.fills());
  }

  private @Nullable Classes classes(List<String> names) {
    return names.isEmpty() ? null : Classes.of(names, config.classes());
  }

  private Source requiredTest() {
    if (config.test() == null) {
      throw new ConfigException("data.test: expects the test rows, got nothing");
    }
    return config.test();
  }

  private static DataException empty(String key, Source source) {
    return new DataException(key + ": expects at least one row, got none in " + source.value());
  }

  /** Two replicas, so that an executor may be lost; in one process a second would be no use. */
  private JavaRDD<byte[]> persisted(JavaRDD<byte[]> chunks) {
    boolean local = spark.isLocal();
    return chunks.persist(
        local ? StorageLevel.MEMORY_AND_DISK() : StorageLevel.MEMORY_AND_DISK_2());
  }

  private static List<Long> counts(JavaRDD<byte[]> chunks, RowFormat format) {
    return chunks.mapPartitions(part -> List.of(count(part, format)).iterator()).collect();
  }

  private static long count(Iterator<byte[]> chunks, RowFormat format) {
    long rows = 0;
    while (chunks.hasNext()) {
      rows += new PackedChunk(chunks.next(), format).rows();
    }
    return rows;
  }

  private static <T> T unwrapped(Supplier<T> work) {
    try {
      return work.get();
    } catch (Exception e) {
      throw Causes.unwrap(e);
    }
  }
}
