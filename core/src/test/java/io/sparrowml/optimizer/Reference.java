package io.sparrowml.optimizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparrowml.config.ConfigMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What PyTorch does: numbers written by {@code dev/fixtures/optimizers.py}. */
final class Reference {
  static final ConfigMapper MAPPER = new ConfigMapper(Optimizers.CATALOG, Schedules.CATALOG);

  private static final JsonNode FIXTURES = load();

  private Reference() {}

  private static JsonNode load() {
    try (InputStream in = Reference.class.getResourceAsStream("/fixtures/optimizers.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Parameters before the first update. */
  static double[] start() {
    return numbers(FIXTURES.get("start"));
  }

  /** The gradient of each of the updates. */
  static double[][] gradients() {
    return rows(FIXTURES.get("gradients"));
  }

  static Stream<JsonNode> optimizers() {
    return StreamSupport.stream(FIXTURES.get("optimizers").spliterator(), false);
  }

  static Stream<JsonNode> schedules() {
    return StreamSupport.stream(FIXTURES.get("schedules").spliterator(), false);
  }

  static double[] numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  static double[][] rows(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(Reference::numbers)
        .toArray(double[][]::new);
  }
}
