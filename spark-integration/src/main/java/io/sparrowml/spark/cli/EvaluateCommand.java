package io.sparrowml.spark.cli;

import io.sparrowml.config.ConfigException;
import io.sparrowml.metric.Accuracy;
import io.sparrowml.metric.MeanLoss;
import io.sparrowml.metric.Metric;
import io.sparrowml.model.Model;
import io.sparrowml.spark.ingest.DataConfig;
import io.sparrowml.spark.ingest.Format;
import io.sparrowml.spark.ingest.Ingest;
import io.sparrowml.spark.ingest.Source;
import io.sparrowml.spark.ingest.Target;
import io.sparrowml.spark.ml.Evaluation;
import io.sparrowml.spark.ml.SavedModel;
import io.sparrowml.train.Descriptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Measures a saved model on labelled rows. */
final class EvaluateCommand {
  private EvaluateCommand() {}

  /**
   * Prints the metrics as {@code test name=value ...}.
   *
   * @param data a configuration, whose test rows are taken, or a path of Parquet or CSV
   */
  static void run(
      String where,
      String data,
      List<String> settings,
      Map<String, String> environment,
      PrintStream out)
      throws IOException {
    Configuration hadoop = SparkSessions.hadoop();
    SavedModel saved = ModelPath.load(where, hadoop);
    Model model = saved.model();
    Rows rows = rows(data, settings, environment, model);
    if (!rows.data().target().equals(model.target())) {
      throw new ConfigException(
          "evaluate: --data expects labels of the shape %s that the model predicts, got %s; name a configuration with the data.window of the training"
              .formatted(model.target(), rows.data().target()));
    }
    try (SparkSession spark = SparkSessions.open("sparrow evaluate")) {
      Target target = model.loss().classifies() ? Target.CLASSES : Target.NUMBER;
      Ingest ingest = new Ingest(spark, rows.data(), target);
      Map<String, Double> metrics =
          Evaluation.of(
              JavaSparkContext.fromSparkContext(spark.sparkContext()),
              saved,
              ingest.encode(model.preprocessing(), model.classes()),
              rows.metrics());
      StringBuilder line = new StringBuilder("final");
      metrics.forEach(
          (name, value) -> line.append(" test.").append(name).append('=').append(value));
      out.println(line);
    }
  }

  /** What is measured, and on what. */
  private record Rows(DataConfig data, List<Metric> metrics) {}

  private static Rows rows(
      String data, List<String> settings, Map<String, String> environment, Model model)
      throws IOException {
    if (data.endsWith(".yaml") || data.endsWith(".yml")) {
      RunConfig config = RunConfig.load(Path.of(data), settings, environment);
      return new Rows(config.data(), config.training().measured().metrics());
    }
    List<Metric> metrics =
        model.loss().classifies()
            ? List.of(new MeanLoss(), new Accuracy())
            : List.of(new MeanLoss());
    return new Rows(file(data, model.label()), metrics);
  }

  /** A file by itself: CSV where its name says so, else Parquet; the label as in training. */
  private static DataConfig file(String path, String label) {
    Source source = Source.of(path);
    return Descriptions.MAPPER.read(
        Descriptions.MAPPER.write(new Described(Inputs.format(path), source, source, label)),
        DataConfig.class);
  }

  /** The keys of a data section that a path alone decides. */
  private record Described(Format format, Source train, Source test, String label) {}
}
