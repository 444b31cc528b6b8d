package io.sparrowml.layer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparrowml.Fixtures;
import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.Gradients;
import io.sparrowml.autograd.Graph;
import io.sparrowml.autograd.Program;
import io.sparrowml.autograd.Room;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Descriptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers give the outputs and gradients that PyTorch gives. */
class LayerFixturesTest {
  static Stream<Named<JsonNode>> cases() {
    return Fixtures.cases("layers-").stream().map(c -> Named.of(c.path("name").asText(), c));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inSinglePrecision(JsonNode fixture) {
    try (Kernels kernels = KernelProvider.open()) {
      check(fixture, kernels, DType.FLOAT32);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inDoublePrecision(JsonNode fixture) {
    try (Kernels kernels = new PlainKernels()) {
      check(fixture, kernels, DType.FLOAT64);
    }
  }

  private static void check(JsonNode fixture, Kernels kernels, DType dtype) {
    try (Arena arena = Arena.root("fixture", 1L << 30);
        Arena constants = Arena.root("constants", 1L << 30)) {
      Eager eager = Eager.recording(kernels, arena);
      Layer layer = Descriptions.MAPPER.read(fixture.path("layer"), Layer.class);
      Map<String, Value> parameters = new LinkedHashMap<>();
      fixture
          .path("parameters")
          .properties()
          .forEach(
              p ->
                  parameters.put(
                      p.getKey(), eager.leaf(Fixtures.tensor(constants, dtype, p.getValue()))));
      Value x = eager.leaf(Fixtures.tensor(constants, dtype, fixture.path("input")));
      Map<String, Value> observed = new LinkedHashMap<>();
      Parameters.Source source = source(parameters, observed);
      Value y =
          layer.apply(
              x,
              fixture.path("training").asBoolean()
                  ? Parameters.training(source, RandomKey.of(1))
                  : Parameters.inference(source));
      double tolerance = fixture.path("tolerance").asDouble();
      Fixtures.assertClose("output", y.tensor(), fixture.path("output"), tolerance);
      if (!fixture.path("training").asBoolean()) {
        checkInference(fixture, layer, kernels, x.tensor(), parameters, constants);
      }
      for (Map.Entry<String, JsonNode> each : fixture.path("observed").properties()) {
        Tensor batch = Objects.requireNonNull(observed.get(each.getKey())).tensor();
        Fixtures.assertClose("observed " + each.getKey(), batch, each.getValue(), tolerance);
      }
      Value weights = eager.leaf(Fixtures.tensor(constants, dtype, fixture.path("weights")));
      checkGradients(fixture, y.multiply(weights).sum(), x, parameters, tolerance);
    }
  }

  /** As programs for inference compute it, with what is folded and held still. */
  private static void checkInference(
      JsonNode fixture,
      Layer layer,
      Kernels kernels,
      Tensor x,
      Map<String, Value> parameters,
      Arena arena) {
    Graph graph = new Graph();
    Map<String, Value> held = new LinkedHashMap<>();
    parameters.forEach((name, value) -> held.put(name, graph.leaf(value.tensor())));
    Value y = layer.apply(graph.leaf(x), Parameters.inference(source(held, new LinkedHashMap<>())));
    Program program =
        graph.compile(kernels, arena, new Room(arena), List.of(y), new ArrayList<>(held.values()));
    program.prepare();
    program.run();
    Fixtures.assertClose(
        "output in inference",
        program.tensor(y),
        fixture.path("output"),
        fixture.path("tolerance").asDouble());
  }

  private static Parameters.Source source(
      Map<String, Value> parameters, Map<String, Value> observed) {
    return new Parameters.Source() {
      @Override
      public Value get(Parameter parameter) {
        Value value =
            Objects.requireNonNull(
                parameters.get(parameter.path()),
                () -> parameter.path() + " among " + parameters.keySet());
        assertThat(value.shape()).as(parameter.path()).isEqualTo(parameter.shape());
        return value;
      }

      @Override
      public void observe(String path, Value batch) {
        observed.put(path, batch);
      }
    };
  }

  private static void checkGradients(
      JsonNode fixture, Value loss, Value x, Map<String, Value> parameters, double tolerance) {
    Map<String, JsonNode> expected = new LinkedHashMap<>();
    List<Value> wanted = new ArrayList<>();
    if (fixture.has("inputGradient")) {
      expected.put("input's gradient", fixture.path("inputGradient"));
      wanted.add(x);
    }
    fixture
        .path("gradients")
        .properties()
        .forEach(
            gradient -> {
              expected.put("gradient of " + gradient.getKey(), gradient.getValue());
              wanted.add(parameters.get(gradient.getKey()));
            });
    List<Value> gradients = Gradients.of(loss, wanted);
    int i = 0;
    for (Map.Entry<String, JsonNode> each : expected.entrySet()) {
      Fixtures.assertClose(each.getKey(), gradients.get(i++).tensor(), each.getValue(), tolerance);
    }
  }
}
