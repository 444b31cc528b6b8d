package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.initializer.HeNormal;
import io.sparrowml.kernel.Precision;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Embedding;
import io.sparrowml.layer.Relu;
import io.sparrowml.loss.Loss;
import io.sparrowml.loss.MeanSquaredError;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.Accuracy;
import io.sparrowml.metric.MeanLoss;
import io.sparrowml.metric.Metric;
import io.sparrowml.metric.RootMeanSquaredError;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Model;
import io.sparrowml.model.Network;
import io.sparrowml.model.Weights;
import io.sparrowml.optimizer.Adam;
import io.sparrowml.spark.ingest.DataConfig;
import io.sparrowml.spark.ingest.Ingest;
import io.sparrowml.spark.ingest.Target;
import io.sparrowml.spark.ingest.TrainingData;
import io.sparrowml.spark.ml.Evaluation;
import io.sparrowml.spark.ml.SavedModel;
import io.sparrowml.spark.ml.Scoring;
import io.sparrowml.tensor.Shape;
import io.sparrowml.train.Compression;
import io.sparrowml.train.Descriptions;
import io.sparrowml.train.EpochRecord;
import io.sparrowml.train.Mode;
import io.sparrowml.train.OnNonFinite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on rows with sequences of labels, with weights, and with scaled labels. */
@Tag("slow")
class KindsOfRowsTest {
  private static SparkSession spark;

  @TempDir private Path directory;

  private record Outcome(SavedModel saved, Map<String, Double> metrics) {}

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Ingest ingest(String json, Target target) {
    DataConfig config = Descriptions.MAPPER.readJson(json.replace('\'', '"'), DataConfig.class);
    return new Ingest(spark, config, target);
  }

  private static Outcome train(
      Network network, Loss loss, List<Metric> metrics, TrainingData data, int slots)
      throws InterruptedException {
    Model model =
        new Model(network, data.preprocessing(), loss, "label", data.classes(), data.target());
    TrainingSpec spec =
        new TrainingSpec(
            model,
            new Adam(0.02),
            null,
            Precision.FLOAT32,
            OnNonFinite.STOP,
            metrics,
            42,
            32,
            20,
            null,
            null,
            3,
            new Mode.Sync(),
            new Compression.None(),
            Membership.of(slots, Duration.ofSeconds(60)));
    Layout layout = Layout.of(network);
    try (Arena arena = Arena.root("test", 1L << 30)) {
      Weights weights = new Weights(layout, Node.vector(arena, layout.size()));
      List<EpochRecord> history =
          new Training(spark.sparkContext(), spec, data.train(), data.validation())
              .run(weights, TrainingListener.NONE);
      return new Outcome(SavedModel.of(model, weights), history.get(history.size() - 1).metrics());
    }
  }

  @Test
  void aSequenceModelLearnsItsNextCharactersAndScoresThem() throws Exception {
    Path file = Files.writeString(directory.resolve("text.txt"), "abcd".repeat(400));
    TrainingData data =
        ingest(
                "{'format': 'text', 'train': '%s', 'window': {'context': 5}, 'validation': 0.3}"
                    .formatted(file),
                Target.CLASSES)
            .load(1, 3);
    Network network = new Network(Shape.of(5), List.of(new Embedding(6, 8), new Dense(4)));
    List<Metric> metrics = List.of(new MeanLoss(), new Accuracy());

    Outcome one = train(network, new SoftmaxCrossEntropy(), metrics, data, 1);
    Outcome two = train(network, new SoftmaxCrossEntropy(), metrics, data, 2);

    assertThat(two.saved.sha256()).isEqualTo(one.saved.sha256());
    assertThat(two.metrics).isEqualTo(one.metrics);
    assertThat(one.metrics).containsEntry("validation.accuracy", 1.0);
    Row scored = Scoring.score(one.saved, spark.sql("select 'cda' as text")).first();
    assertThat(scored.<String>getList(1).subList(0, 3)).containsExactly("d", "a", "b");
    List<Object> probabilities = scored.getList(2);
    assertThat(probabilities).hasSize(5);
    data.unpersist();
  }

  @Test
  void aRegressionWithScaledLabelsWeightsAndMissingNumbersIsMeasuredInTheUnitOfItsLabel()
      throws Exception {
    StringBuilder table = new StringBuilder("x,z,w,label\n");
    for (int i = 0; i < 600; i++) {
      // Without weights, a fifth of the rows would draw the line down to 320000 at x = 300.
      boolean spoilt = i % 5 == 0;
      table.append(
          "%d,%s,%s,%d%n"
              .formatted(
                  i, i % 7 == 0 ? "" : "1", spoilt ? "0" : "1", spoilt ? 0 : 100_000 + 1000 * i));
    }
    Path file = Files.writeString(directory.resolve("table.csv"), table);
    Path test = Files.writeString(directory.resolve("test.csv"), "z,x,w,label\n1,300,1,400000\n");
    Ingest ingest =
        ingest(
            "{'format': 'csv', 'train': '%s', 'test': '%s', 'weight': 'w', 'fill-missing': 'median', 'normalize-label': 'standard'}"
                .formatted(file, test),
            Target.NUMBER);
    TrainingData data = ingest.load(1, 3);
    Network network =
        new Network(Shape.of(2), List.of(new Dense(16, new Relu(), new HeNormal()), new Dense(1)));
    List<Metric> metrics = List.of(new MeanLoss(), new RootMeanSquaredError());

    Outcome one = train(network, new MeanSquaredError(), metrics, data, 1);
    Outcome two = train(network, new MeanSquaredError(), metrics, data, 2);

    assertThat(two.saved.sha256()).isEqualTo(one.saved.sha256());
    assertThat(two.metrics).isEqualTo(one.metrics);
    double predicted =
        Scoring.score(one.saved, spark.sql("select 300 as x, cast(null as int) as z"))
            .first()
            .getDouble(2);
    assertThat(predicted).isCloseTo(400_000, within(40_000.0));
    Map<String, Double> measured =
        Evaluation.of(
            JavaSparkContext.fromSparkContext(spark.sparkContext()),
            one.saved,
            ingest.encode(data.preprocessing(), data.classes()),
            metrics);
    assertThat(measured.get("root-mean-squared-error"))
        .isCloseTo(Math.abs(predicted - 400_000), within(1.0));
    assertThat(measured.get("loss")).isLessThan(0.05);
    data.unpersist();
  }
}
