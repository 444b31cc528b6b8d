package io.sparrowml.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparrowml.config.ConfigException;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizersTest {
  private final Arena arena = Arena.root("test", 1 << 20);

  @AfterEach
  void close() {
    arena.close();
  }

  private Tensor vector(double... values) {
    return Tensor.allocate(arena, DType.FLOAT32, Shape.of(values.length)).set(values);
  }

  static Stream<JsonNode> cases() {
    return Reference.optimizers();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tenUpdatesAreThoseOfPyTorch(JsonNode reference) {
    Optimizer optimizer = Reference.MAPPER.read(reference.get("optimizer"), Optimizer.class);
    Tensor x = vector(Reference.start());
    double[][] gradients = Reference.gradients();
    double[][] trajectory = Reference.rows(reference.get("trajectory"));
    Updater updater = new Updater(optimizer);
    Slots slots = updater.slots(x.size());

    for (int step = 1; step <= trajectory.length; step++) {
      updater.update(x, vector(gradients[step - 1]), 1, slots, step);

      double[] expected = trajectory[step - 1];
      for (int i = 0; i < expected.length; i++) {
        assertThat(x.toDoubles()[i])
            .as("step %d, parameter %d", step, i)
            .isCloseTo(expected[i], within(1e-5 * Math.max(0.1, Math.abs(expected[i]))));
      }
    }
    assertThat(trajectory).hasDimensions(10, 12);
  }

  @Test
  void eachOptimizerHasReferences() {
    assertThat(
            Reference.optimizers()
                .map(each -> Reference.MAPPER.read(each.get("optimizer"), Optimizer.class))
                .map(Optimizers.CATALOG::nameOf)
                .collect(Collectors.toSet()))
        .isEqualTo(Optimizers.CATALOG.kinds().keySet());
  }

  @Test
  void aLayerOfZerosTakesLambsStepAsItIs() {
    Tensor x = vector(0, 0);

    Updater lamb =
        new Updater(
            Reference.MAPPER.readJson("{\"lamb\": {\"learning-rate\": 0.5}}", Optimizer.class));

    lamb.update(x, vector(3, -4), 1, lamb.slots(2), 1);

    assertThat(x.toFloats()[0]).isCloseTo(-0.5f, within(1e-5f));
    assertThat(x.toFloats()[1]).isCloseTo(0.5f, within(1e-5f));
  }

  @Test
  void nadamsMomentaTakeNoLongerInLateSteps() {
    Updater updater = new Updater(Reference.MAPPER.readJson("\"nadam\"", Optimizer.class));
    Tensor early = vector(1);
    Tensor late = vector(1);

    updater.update(early, vector(1), 1, updater.slots(1), 1_000_000);
    updater.update(late, vector(1), 1, updater.slots(1), 1L << 40);

    assertThat(late.toFloats()).containsExactly(early.toFloats());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'adam': {'beta1': 1} | adam.beta1: expects a number in [0, 1), got 1.0",
        "'adam': {'epsilon': 0} | adam.epsilon: expects a number above 0, got 0.0",
        "'adamw': {'weight-decay': -1} | adamw.weight-decay: expects a number of at least 0, got"
            + " -1.0",
        "'sgd': {} | sgd.learning-rate: is required",
        "'sgd': {'learning-rate': 0} | sgd.learning-rate: expects a learning rate above 0, got 0.0",
        "'sgd': {'learning-rate': [1]} | sgd.learning-rate: expects a number, the name of a"
            + " schedule, or {name: {key: value}}, got [1]",
        "'sgd': {'learning-rate': 'cosin'} | sgd.learning-rate: unknown schedule 'cosin', did you"
            + " mean 'cosine'? (known: constant, step, exponential, polynomial, cosine,"
            + " cosine-restarts, one-cycle, warm-up)",
        "'sgd': {'learning-rate': {'cosine': {}}} | sgd.learning-rate.cosine.from: is required",
        "'rmsprop': {'momentum': 2} | rmsprop.momentum: expects a number in [0, 1), got 2.0",
        "'adagrad': {'initial': -1} | adagrad.initial: expects a number of at least 0, got -1.0",
      })
  void whatCannotBeIsRefused(String keys, String message) {
    String json = "{" + keys.replace('\'', '"') + "}";
    assertThatThrownBy(() -> Reference.MAPPER.readJson(json, Optimizer.class))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }
}
