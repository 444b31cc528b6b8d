package io.sparrowml.benchmarks;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import io.sparrowml.config.ConfigMapper;
import io.sparrowml.config.Ranges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Times Spark's own multilayer perceptron, 784-512-256-10 with sigmoids: full-batch L-BFGS in
 * double precision. Each value and gradient that L-BFGS asks for, its line search included, is a
 * pass over all rows, a Spark job; a pass is timed from its start to the start of the next.
 */
public final class MllibRate {
  private static final int ROWS = 12_800;

  private MllibRate() {}

  /**
   * How it is timed.
   *
   * @param threads slots of Spark, each with a partition of 12,800 rows
   * @param warmUp passes that do not count
   * @param slices passes that do
   */
  record Options(int threads, int warmUp, int slices) {
    Options {
      Ranges.atLeastOne("threads", threads);
      Ranges.atLeastOne("slices", slices);
    }
  }

  /** Prints the samples per second of the median pass; takes {@link Options} as JSON. */
  public static void main(String[] args) throws IOException {
    System.out.println(rate(new ConfigMapper().readJson(args[0], Options.class), ROWS));
  }

  /**
   * The samples per second.
   *
   * @param rows of each partition
   */
  static double rate(Options options, int rows) throws IOException {
    Passes passes = new Passes();
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[" + options.threads() + "]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()) {
      spark.sparkContext().addSparkListener(passes);
      Dataset<Row> images = images(spark, options.threads(), rows).cache();
      images.count();
      new MultilayerPerceptronClassifier()
          .setLayers(new int[] {784, 512, 256, Subject.CLASSES})
          .setBlockSize(Subject.SIGMOID_MLP.batch())
          .setTol(0)
          .setSeed(1)
          .setMaxIter(options.warmUp() + options.slices() + 1)
          .fit(images);
    }
    double[] seconds = passes.seconds(options.warmUp(), options.slices());
    return options.threads() * rows / Slices.median(seconds);
  }

  private static Dataset<Row> images(SparkSession spark, int partitions, int rows) {
    StructType type =
        new StructType(
            new StructField[] {
              new StructField("label", DataTypes.DoubleType, false, Metadata.empty()),
              new StructField("features", new VectorUDT(), false, Metadata.empty())
            });
    List<Integer> seeds = IntStream.range(0, partitions).boxed().toList();
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(seeds, partitions)
            .flatMap(
                seed -> {
                  Random random = new Random(seed);
                  return IntStream.range(0, rows).mapToObj(i -> row(random)).iterator();
                }),
        type);
  }

  private static Row row(Random random) {
    return RowFactory.create(
        (double) random.nextInt(Subject.CLASSES), Vectors.dense(random.doubles(784).toArray()));
  }

  /** When the passes over the rows began, in milliseconds. */
  private static final class Passes extends SparkListener {
    private final List<Long> starts = new ArrayList<>();

    @Override
    public synchronized void onJobStart(SparkListenerJobStart job) {
      if (asJava(job.stageInfos()).stream().anyMatch(stage -> stage.name().contains("LBFGS"))) {
        starts.add(job.time());
      }
    }

    /** How long each took, the first ones left out. */
    synchronized double[] seconds(int skip, int count) {
      if (starts.size() < skip + count + 1) {
        throw new IllegalStateException(
            "MLlib: expects %d passes, got %d".formatted(skip + count + 1, starts.size()));
      }
      return IntStream.range(skip, skip + count)
          .mapToDouble(i -> (starts.get(i + 1) - starts.get(i)) / 1e3)
          .toArray();
    }
  }
}
