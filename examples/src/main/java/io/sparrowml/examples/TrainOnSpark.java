package io.sparrowml.examples;

import io.sparrowml.initializer.HeNormal;
import io.sparrowml.kernel.Precision;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Dropout;
import io.sparrowml.layer.Flatten;
import io.sparrowml.layer.Relu;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.Accuracy;
import io.sparrowml.metric.MeanLoss;
import io.sparrowml.metric.Metric;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Model;
import io.sparrowml.model.Network;
import io.sparrowml.model.Weights;
import io.sparrowml.optimizer.Adam;
import io.sparrowml.spark.cluster.Membership;
import io.sparrowml.spark.cluster.Training;
import io.sparrowml.spark.cluster.TrainingListener;
import io.sparrowml.spark.cluster.TrainingSpec;
import io.sparrowml.spark.ingest.DataConfig;
import io.sparrowml.spark.ingest.Ingest;
import io.sparrowml.spark.ingest.Target;
import io.sparrowml.spark.ingest.TrainingData;
import io.sparrowml.spark.ml.Evaluation;
import io.sparrowml.spark.ml.SavedModel;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Compression;
import io.sparrowml.train.Descriptions;
import io.sparrowml.train.EpochRecord;
import io.sparrowml.train.Mode;
import io.sparrowml.train.OnNonFinite;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Trains on Spark from Java: rows to packed shards, a training, a saved model, its evaluation. */
public final class TrainOnSpark {
  private static final String DATA =
      """
      {"format": "synthetic-digits",
       "train": {"rows": 6000}, "validation": 0.1, "test": {"rows": 1000},
       "normalize": "standard"}
      """;

  private static final int SLOTS = 2;

  private TrainOnSpark() {}

  /** Trains, and saves the model in a directory: the argument, or {@code digits-model}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    SparkConf conf = new SparkConf().setIfMissing("spark.master", "local[" + SLOTS + "]");
    try (SparkSession spark = SparkSession.builder().config(conf).appName("digits").getOrCreate()) {
      System.out.println(train(spark, new Path(args.length > 0 ? args[0] : "digits-model")));
    }
  }

  /** Returns the metrics on the test rows. */
  static Map<String, Double> train(SparkSession spark, Path directory)
      throws IOException, InterruptedException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    DataConfig config = Descriptions.MAPPER.readJson(DATA, DataConfig.class);
    Ingest ingest = new Ingest(spark, config, Target.CLASSES);
    TrainingSpec spec;
    TrainingData data = ingest.load(42, 8);
    try (Arena arena = Arena.root("model", 64 << 20)) {
      spec = spec(data, config.label());
      Layout layout = Layout.of(spec.model().network());
      Weights weights =
          new Weights(layout, Tensor.allocate(arena, DType.FLOAT32, Shape.of(layout.size())));
      TrainingListener printer =
          new TrainingListener() {
            @Override
            public void ended(EpochRecord epoch) {
              System.out.println("epoch " + epoch.epoch() + ": " + epoch.metrics());
            }
          };
      new Training(spark.sparkContext(), spec, data.train(), data.validation())
          .run(weights, printer);
      SavedModel.of(spec.model(), weights).save(directory, hadoop);
    } finally {
      data.unpersist();
    }
    SavedModel saved = SavedModel.load(directory, hadoop);
    Model model = saved.model();
    return Evaluation.of(
        JavaSparkContext.fromSparkContext(spark.sparkContext()),
        saved,
        ingest.encode(model.preprocessing(), model.classes()),
        spec.metrics());
  }

  private static TrainingSpec spec(TrainingData data, String label) {
    Network network =
        new Network(
            Shape.of(28, 28, 1),
            List.of(
                new Flatten(),
                new Dense(128, new Relu(), new HeNormal()),
                new Dropout(0.2),
                new Dense(10)));
    Model model =
        new Model(network, data.preprocessing(), new SoftmaxCrossEntropy(), label, data.classes());
    List<Metric> metrics = List.of(new MeanLoss(), new Accuracy());
    long seed = 42;
    int batchSize = 128;
    int epochs = 5;
    int logicalWorkers = 8;
    Duration patience = Duration.ofMinutes(1);
    return new TrainingSpec(
        model,
        new Adam(0.001),
        null,
        Precision.FLOAT32, // no limit on the gradient
        OnNonFinite.STOP,
        metrics,
        seed,
        batchSize,
        epochs,
        null, // all epochs
        null, // at one learning rate
        logicalWorkers,
        new Mode.Sync(),
        new Compression.None(),
        Membership.of(SLOTS, patience));
  }
}
