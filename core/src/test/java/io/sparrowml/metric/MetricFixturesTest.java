package io.sparrowml.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparrowml.Fixtures;
import io.sparrowml.config.ConfigMapper;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All metrics against scikit-learn, as {@code dev/fixtures/metrics.py} has it. */
class MetricFixturesTest {
  private static final double TOLERANCE = 1e-11;
  private static final ConfigMapper MAPPER = new ConfigMapper(Metrics.CATALOG);

  static Stream<JsonNode> cases() {
    return Fixtures.cases("metrics").stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void metricsAreThoseOfScikitLearn(JsonNode data) {
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Tensor outputs = Fixtures.tensor(arena, DType.FLOAT32, data.path("outputs"));
      Tensor targets = Fixtures.tensor(arena, DType.FLOAT32, data.path("targets"));
      for (JsonNode each : data.path("metrics")) {
        Metric metric = MAPPER.read(each.path("metric"), Metric.class);
        String what = data.path("name").asText() + ", " + metric;
        assertClose(what, results(metric, outputs, targets, arena), each.path("expected"));
      }
    }
  }

  private static Map<String, Double> results(
      Metric metric, Tensor outputs, Tensor targets, Arena arena) {
    int rows = outputs.shape().dim(0);
    Tensor losses = Tensor.allocate(arena, DType.FLOAT32, Shape.of(rows));
    return metric.results(metric.add(metric.zero(), outputs, targets, losses, rows));
  }

  private static void assertClose(String what, Map<String, Double> results, JsonNode expected) {
    assertThat(results.keySet()).as(what).containsExactlyElementsOf(expected::fieldNames);
    expected
        .properties()
        .forEach(
            entry -> {
              double actual = results.getOrDefault(entry.getKey(), Double.NEGATIVE_INFINITY);
              if (entry.getValue().isNull()) {
                assertThat(actual).as("%s, %s", what, entry.getKey()).isNaN();
              } else {
                double wanted = entry.getValue().asDouble();
                assertThat(actual)
                    .as("%s, %s", what, entry.getKey())
                    .isCloseTo(wanted, within(TOLERANCE * Math.abs(wanted) + 1e-13));
              }
            });
  }

  @Test
  void everyMetricButTheLossHasACase() {
    TreeSet<String> met = new TreeSet<>();
    cases()
        .forEach(
            data ->
                data.path("metrics")
                    .forEach(
                        each -> {
                          JsonNode metric = each.path("metric");
                          met.add(
                              metric.isTextual() ? metric.asText() : metric.fieldNames().next());
                        }));
    met.add("loss");

    assertThat(met).containsExactlyInAnyOrderElementsOf(Metrics.CATALOG.kinds().keySet());
  }
}
