package io.sparrowml.benchmarks;

import io.sparrowml.kernel.Precision;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.MeanLoss;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Weights;
import io.sparrowml.optimizer.Adam;
import io.sparrowml.spark.cluster.Training;
import io.sparrowml.spark.cluster.TrainingListener;
import io.sparrowml.spark.cluster.TrainingSpec;
import io.sparrowml.spark.ingest.Shards;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.EpochRecord;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Times the training of {@link Mlp} with Adam on Spark in this JVM, as any training runs: one
 * logical worker a compute thread, {@link Mlp#BATCH} samples a worker and step.
 */
public final class MlpTraining {
  private static final int CHUNKS = 25;
  private static final int WARM_UP_EPOCHS = 8;
  private static final int EPOCHS = 15;

  private MlpTraining() {}

  /** Prints the samples per second of the median epoch; takes the number of compute threads. */
  public static void main(String[] args) throws InterruptedException {
    int threads = Integer.parseInt(args[0]);
    double[] rates =
        train(threads, CHUNKS, WARM_UP_EPOCHS + EPOCHS).stream()
            .skip(WARM_UP_EPOCHS)
            .mapToDouble(EpochRecord::samplesPerSecond)
            .sorted()
            .toArray();
    System.out.println(Math.round(rates[rates.length / 2]));
  }

  /**
   * Trains.
   *
   * @param chunks chunks of rows a thread
   */
  static List<EpochRecord> train(int threads, int chunks, int epochs) throws InterruptedException {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[" + threads + "]")
            .setAppName("mlp")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.driver.host", "127.0.0.1");
    Layout layout = Layout.of(Mlp.NETWORK);
    try (JavaSparkContext spark = new JavaSparkContext(conf);
        Arena arena = Arena.root("benchmark", Long.MAX_VALUE)) {
      Shards rows = RandomRows.of(spark, threads, chunks);
      Weights weights =
          new Weights(layout, Tensor.allocate(arena, DType.FLOAT32, Shape.of(layout.size())));
      return new Training(spark.sc(), spec(threads, epochs), rows, null)
          .run(weights, TrainingListener.NONE);
    }
  }

  private static TrainingSpec spec(int threads, int epochs) {
    return new TrainingSpec(
        Mlp.model(),
        new Adam(0.001),
        null,
        Precision.FLOAT32,
        List.of(new MeanLoss()),
        1,
        threads * Mlp.BATCH,
        epochs,
        null,
        null,
        threads,
        threads,
        Duration.ofSeconds(60),
        Duration.ofSeconds(60));
  }
}
