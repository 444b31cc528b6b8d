package io.sparrowml.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Flatten;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.Accuracy;
import io.sparrowml.metric.Auc;
import io.sparrowml.metric.F1;
import io.sparrowml.metric.LogLoss;
import io.sparrowml.metric.MeanAbsoluteError;
import io.sparrowml.metric.MeanLoss;
import io.sparrowml.metric.Metric;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Model;
import io.sparrowml.model.Network;
import io.sparrowml.model.Weights;
import io.sparrowml.spark.ingest.DataConfig;
import io.sparrowml.spark.ingest.EncodedRows;
import io.sparrowml.spark.ingest.Ingest;
import io.sparrowml.spark.ingest.Target;
import io.sparrowml.spark.ingest.TrainingData;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Descriptions;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class EvaluationTest {
  private static final Network NETWORK =
      new Network(Shape.of(28, 28, 1), List.of(new Flatten(), new Dense(10)));

  private static SparkSession spark;
  private static SavedModel model;
  private static EncodedRows rows;

  @BeforeAll
  static void load() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    String digits =
        "{\"format\": \"synthetic-digits\", \"train\": {\"rows\": 200}, \"test\": {\"rows\": 700}}";
    Ingest ingest =
        new Ingest(spark, Descriptions.MAPPER.readJson(digits, DataConfig.class), Target.CLASSES);
    TrainingData data = ingest.load(1, 1);
    rows = ingest.encode(data.preprocessing(), data.classes());
    Model described =
        new Model(
            NETWORK, data.preprocessing(), new SoftmaxCrossEntropy(), "label", data.classes());
    data.unpersist();
    Layout layout = Layout.of(NETWORK);
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Tensor flat = Tensor.allocate(arena, DType.FLOAT32, Shape.of(layout.size()));
      layout.initialize(flat, 7);
      model = SavedModel.of(described, new Weights(layout, flat));
    }
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Map<String, Double> evaluate(int partitions, List<Metric> metrics) {
    return Evaluation.of(
        JavaSparkContext.fromSparkContext(spark.sparkContext()),
        model,
        new EncodedRows(rows.chunks().repartition(partitions), rows.format()),
        metrics);
  }

  @Test
  void resultsHaveTheSameBitsHoweverRowsArePartitioned() {
    List<Metric> metrics =
        List.of(new MeanLoss(), new Accuracy(), new F1(null), new Auc(), new LogLoss());

    Map<String, Double> one = evaluate(1, metrics);
    Map<String, Double> five = evaluate(5, metrics);

    assertThat(one.keySet())
        .hasSize(25)
        .startsWith("loss", "accuracy", "f1", "f1.0")
        .contains("f1.9", "auc", "auc.0")
        .endsWith("auc.9", "log-loss");
    assertThat(five).isEqualTo(one);
    assertThat(one.get("auc")).isBetween(0.2, 0.8);
  }

  @Test
  void metricsThatDoNotFitTheModelAreRefused() {
    assertThatThrownBy(() -> evaluate(1, List.of(new MeanAbsoluteError())))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "mean-absolute-error: expects a model that predicts a number, got one that predicts"
                + " classes");
  }
}
