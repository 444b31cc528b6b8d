package io.sparrowml.benchmarks;

import io.sparrowml.config.ConfigMapper;
import io.sparrowml.config.Ranges;
import io.sparrowml.kernel.Precision;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.MeanLoss;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Weights;
import io.sparrowml.optimizer.Adam;
import io.sparrowml.spark.cluster.Membership;
import io.sparrowml.spark.cluster.Training;
import io.sparrowml.spark.cluster.TrainingListener;
import io.sparrowml.spark.cluster.TrainingSpec;
import io.sparrowml.spark.ingest.Shards;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Compression;
import io.sparrowml.train.EpochRecord;
import io.sparrowml.train.Mode;
import io.sparrowml.train.OnNonFinite;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Times a training with Adam as any training runs: rows in Spark, tasks, shards, messages. It has
 * one logical worker a compute slot, each with {@link Subject#batch()} samples a step.
 */
public final class TrainingRate {
  private TrainingRate() {}

  /**
   * What is trained.
   *
   * @param master Spark's
   * @param workers logical workers, as many as the master has slots
   * @param precision of the matrix products and convolutions
   * @param warmUp epochs that do not count
   * @param slices epochs that do
   */
  record Options(
      Subject subject, String master, int workers, Precision precision, int warmUp, int slices) {
    Options {
      Ranges.atLeastOne("workers", workers);
      Ranges.atLeastOne("slices", slices);
    }
  }

  /** Prints the samples per second of the median epoch; takes {@link Options} as JSON. */
  public static void main(String[] args) throws InterruptedException {
    Options options = new ConfigMapper().readJson(args[0], Options.class);
    double[] rates =
        train(options, options.subject().chunks()).stream()
            .skip(options.warmUp())
            .mapToDouble(EpochRecord::samplesPerSecond)
            .toArray();
    System.out.println(Slices.median(rates));
  }

  /**
   * Trains.
   *
   * @param chunks chunks of rows a worker
   */
  static List<EpochRecord> train(Options options, int chunks) throws InterruptedException {
    SparkConf conf =
        new SparkConf()
            .setMaster(options.master())
            .setAppName("benchmark")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.driver.host", "127.0.0.1");
    Layout layout = Layout.of(options.subject().network());
    try (JavaSparkContext spark = new JavaSparkContext(conf);
        Arena arena = Arena.root("benchmark", Long.MAX_VALUE)) {
      Shards rows = RandomRows.of(spark, options.subject(), options.workers(), chunks);
      Weights weights =
          new Weights(layout, Tensor.allocate(arena, DType.FLOAT32, Shape.of(layout.size())));
      return new Training(spark.sc(), spec(options), rows, null)
          .run(weights, TrainingListener.NONE);
    }
  }

  private static TrainingSpec spec(Options options) {
    return new TrainingSpec(
        options.subject().model(),
        new Adam(0.001),
        null,
        options.precision(),
        OnNonFinite.STOP,
        List.of(new MeanLoss()),
        1,
        options.workers() * options.subject().batch(),
        options.warmUp() + options.slices(),
        null,
        null,
        options.workers(),
        new Mode.Sync(),
        new Compression.None(),
        Membership.of(options.workers(), Duration.ofSeconds(60)));
  }
}
