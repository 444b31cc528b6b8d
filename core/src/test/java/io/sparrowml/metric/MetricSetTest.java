package io.sparrowml.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.ConfigMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricSetTest {
  private static final ConfigMapper MAPPER = new ConfigMapper(Metrics.CATALOG);

  private static Metric metric(String json) {
    return MAPPER.readJson(json, Metric.class);
  }

  @Test
  void resultsByClassAreNamedByTheirNumbers() {
    MetricSet metrics =
        new MetricSet(List.of(new MeanLoss(), new F1(null), new ConfusionMatrix(), new Auc()));

    assertThat(metrics.names(new Task(true, 1)))
        .containsExactly(
            "loss",
            "f1",
            "f1.0",
            "f1.1",
            "confusion-matrix.0.0",
            "confusion-matrix.0.1",
            "confusion-matrix.1.0",
            "confusion-matrix.1.1",
            "auc");
    assertThat(new MetricSet(List.of(new F1(null), new Auc())).names(new Task(true, 3)))
        .containsExactly("f1", "f1.0", "f1.1", "f1.2", "auc", "auc.0", "auc.1", "auc.2");
    assertThat(metrics.isMain("f1")).isTrue();
    assertThat(metrics.isMain("f1.0")).isFalse();
  }

  @Test
  void ofMoreThanAHundredClassesOnlyTheAverageIsNamed() {
    assertThat(new Recall(null).names(new Task(true, 100))).hasSize(101);
    assertThat(new Recall(null).names(new Task(true, 101))).containsExactly("recall");
    assertThat(new AveragePrecision().names(new Task(true, 101)))
        .containsExactly("average-precision");
  }

  @Test
  void everyResultHasADirection() {
    MetricSet metrics =
        new MetricSet(
            List.of(
                new MeanLoss(), new Precision(null), new ConfusionMatrix(), new QuantileLoss(0.9)));

    assertThat(metrics.ascends("loss")).isFalse();
    assertThat(metrics.ascends("precision")).isTrue();
    assertThat(metrics.ascends("precision.3")).isTrue();
    assertThat(metrics.ascends("confusion-matrix.2.2")).isTrue();
    assertThat(metrics.ascends("confusion-matrix.2.12")).isFalse();
    assertThat(metrics.ascends("quantile-loss-0.9")).isFalse();
    assertThatThrownBy(() -> metrics.ascends("precisions"))
        .hasMessage("metric expects one that is measured, got 'precisions'");
  }

  @Test
  void noResultHidesAnother() {
    assertThat(new MetricSet(List.of(new TopK(2), new TopK(3), new QuantileLoss(0.1))).metrics())
        .hasSize(3);
    assertThatThrownBy(
            () -> new MetricSet(List.of(new F1(Average.MACRO), new F1(Average.WEIGHTED))))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "f1: expects to be measured in one way, got F1[average=MACRO] and"
                + " F1[average=WEIGHTED]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"accuracy\" | accuracy",
        "{\"top-k\": {\"k\": 1}} | top-k",
        "\"precision\" | precision",
        "\"recall\" | recall",
        "\"f1\" | f1",
        "\"confusion-matrix\" | confusion-matrix",
        "\"auc\" | auc",
        "\"average-precision\" | average-precision",
        "\"log-loss\" | log-loss",
        "\"calibration-error\" | calibration-error"
      })
  void metricsOfClassesRefuseNumbers(String json, String name) {
    Metric metric = metric(json);

    metric.check(new Task(true, 2));
    assertThatThrownBy(() -> metric.check(new Task(false, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            name + ": expects a model that predicts classes, got one that predicts a number");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"mean-squared-error\" | mean-squared-error",
        "\"root-mean-squared-error\" | root-mean-squared-error",
        "\"mean-absolute-error\" | mean-absolute-error",
        "\"mean-absolute-percentage-error\" | mean-absolute-percentage-error",
        "\"r2\" | r2",
        "\"quantile-loss\" | quantile-loss-0.5"
      })
  void metricsOfNumbersRefuseClasses(String json, String name) {
    Metric metric = metric(json);

    metric.check(new Task(false, 1));
    assertThatThrownBy(() -> metric.check(new Task(true, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            name + ": expects a model that predicts a number, got one that predicts classes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"top-k\": {\"k\": 5}} | 3 | top-k: expects k to be less than the number of classes, got"
            + " k 5 and 3 classes",
        "{\"top-k\": {\"k\": 2}} | 1 | top-k: expects k to be less than the number of classes, got"
            + " k 2 and 2 classes",
        "{\"recall\": {\"average\": \"binary\"}} | 3 | recall: expects two classes for average"
            + " binary, got 3; use macro, micro or weighted",
        "\"confusion-matrix\" | 101 | confusion-matrix: expects at most 100 classes, got 101"
      })
  void metricsRefuseClassesThatTheyCannotMeasure(String json, int units, String message) {
    assertThatThrownBy(() -> metric(json).check(new Task(true, units)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"top-k\": {\"k\": 0}} | top-k.k: expects at least 1, got 0",
        "{\"calibration-error\": {\"bins\": 0}} | calibration-error.bins: expects at least 1, got"
            + " 0",
        "{\"quantile-loss\": {\"quantile\": 1}} | quantile-loss.quantile: expects more than 0 and"
            + " less than 1, got 1.0",
      })
  void rangesAreChecked(String json, String message) {
    assertThatThrownBy(() -> metric(json)).isInstanceOf(ConfigException.class).hasMessage(message);
  }
}
