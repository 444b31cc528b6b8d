package io.sparrowml.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.config.ConfigException;
import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.train.Descriptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LayerGraphTest {
  private static final String WIDE_AND_DEEP =
      """
      {"graph": {
        "inputs": {"wide": [2], "deep": [3]},
        "nodes": [
          {"name": "hidden", "from": "deep", "layer": {"dense": {"units": 4, "activation": "relu"}}},
          {"name": "score", "from": ["wide", "hidden"], "layer": {"dense": {"units": 1}}},
          {"name": "scaled", "from": ["wide", "wide"], "combine": "multiply"}
        ],
        "outputs": ["score", "scaled"]}}
      """;

  private static LayerGraph graph(String json) {
    return (LayerGraph) Descriptions.MAPPER.readJson(json, Layer.class);
  }

  @Test
  void itHasItsFormInConfigurations() {
    LayerGraph graph = graph(WIDE_AND_DEEP);

    assertThat(graph.nodes().get(1).from()).containsExactly("wide", "hidden");
    assertThat(Descriptions.MAPPER.readJson(Descriptions.MAPPER.writeJson(graph), Layer.class))
        .isEqualTo(graph);
  }

  @Test
  void parametersAreNamedByTheirNodes() {
    ShapesOnly engine = new ShapesOnly();
    List<String> names = new ArrayList<>();
    Value y =
        graph(WIDE_AND_DEEP)
            .apply(
                engine.leaf(Shape.of(7, 5)),
                Parameters.inference(
                    parameter -> {
                      names.add(parameter.path() + parameter.shape());
                      return engine.leaf(parameter.shape());
                    }));

    assertThat(names)
        .containsExactly(
            "hidden/kernel[3, 4]", "hidden/bias[4]", "score/kernel[6, 1]", "score/bias[1]");
    assertThat(y.shape()).isEqualTo(Shape.of(7, 3));
  }

  @Test
  void severalInputsGiveSeveralOutputs() {
    try (Arena arena = Arena.root("test", 1 << 20);
        PlainKernels kernels = new PlainKernels()) {
      Eager engine = Eager.forgetting(kernels, arena);
      Value wide =
          engine.leaf(engine.allocate(DType.FLOAT64, Shape.of(1, 2)).set(new double[] {3, -2}));
      Value deep =
          engine.leaf(engine.allocate(DType.FLOAT64, Shape.of(1, 3)).set(new double[] {1, 2, 4}));
      Map<String, Value> outputs =
          graph(WIDE_AND_DEEP)
              .apply(
                  Map.of("wide", wide, "deep", deep),
                  Parameters.inference(
                      parameter -> {
                        double[] ones = new double[(int) parameter.shape().size()];
                        Arrays.fill(ones, 1);
                        return engine.leaf(
                            engine.allocate(DType.FLOAT64, parameter.shape()).set(ones));
                      }));

      assertThat(outputs.keySet()).containsExactlyInAnyOrder("score", "scaled");
      assertThat(Objects.requireNonNull(outputs.get("score")).tensor().toDoubles())
          .containsExactly(1 + 4 * 8 + 1);
      assertThat(Objects.requireNonNull(outputs.get("scaled")).tensor().toDoubles())
          .containsExactly(9, 4);
    }
  }

  @Test
  void namesThatAreNotThereAreRefused() {
    assertThatThrownBy(() -> graph(WIDE_AND_DEEP.replace("\"deep\",", "\"deeep\",")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "graph.nodes: 'hidden' expects to take an input or a node before it, got 'deeep'");
    assertThatThrownBy(
            () -> graph(WIDE_AND_DEEP.replace("\"name\": \"scaled\"", "\"name\": \"score\"")))
        .isInstanceOf(ConfigException.class)
        .hasMessage("graph.nodes: expects each name once, got 'score' twice");
    assertThatThrownBy(() -> graph(WIDE_AND_DEEP.replace("\"scaled\"]", "\"none\"]")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "graph.outputs: expects at least one input, and names of nodes, got [score, none] of"
                + " [deep, hidden, scaled, score, wide]");
  }

  @Test
  void featuresMustFillTheInputs() {
    ShapesOnly engine = new ShapesOnly();
    Parameters parameters = Parameters.inference(parameter -> engine.leaf(parameter.shape()));

    assertThatThrownBy(() -> graph(WIDE_AND_DEEP).apply(engine.leaf(Shape.of(7, 6)), parameters))
        .isInstanceOf(ShapeException.class)
        .hasMessage("graph expects [n, 5] for its inputs {wide=[2], deep=[3]}, got [7, 6]");
  }

  @Test
  void aResidualNeedsAFittingShortcut() {
    ShapesOnly engine = new ShapesOnly();
    Parameters parameters = Parameters.inference(parameter -> engine.leaf(parameter.shape()));

    assertThatThrownBy(
            () -> new Residual(new Dense(4)).apply(engine.leaf(Shape.of(7, 5)), parameters))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "residual expects layers and shortcut of the same shape, got [7, 4] and [7, 5]; give a"
                + " shortcut, such as a conv2d of size 1");
  }
}
