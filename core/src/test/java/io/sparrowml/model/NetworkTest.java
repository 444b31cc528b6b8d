package io.sparrowml.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.initializer.HeNormal;
import io.sparrowml.layer.Concatenate;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Dropout;
import io.sparrowml.layer.Flatten;
import io.sparrowml.layer.LayerGraph;
import io.sparrowml.layer.MeanOverTime;
import io.sparrowml.layer.Relu;
import io.sparrowml.layer.Residual;
import io.sparrowml.layer.TransformerBlock;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Descriptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static final Network MLP =
      new Network(
          Shape.of(28, 28, 1),
          List.of(
              new Flatten(),
              new Dense(256, new Relu(), new HeNormal()),
              new Dropout(0.2),
              new Dense(10)));

  private static Tensor flat(Arena arena, Layout layout) {
    return new Tensor(DType.FLOAT32, Shape.of(layout.size()), arena.allocate(layout.size() * 4L));
  }

  @Test
  void parametersAreNamedByTheirPathAndLieOneAfterTheOther() {
    Layout layout = Layout.of(MLP);

    assertThat(layout.entries().stream().map(e -> e.name() + " " + e.shape() + " " + e.offset()))
        .containsExactly(
            "1/kernel [784, 256] 0",
            "1/bias [256] 200704",
            "3/kernel [256, 10] 200960",
            "3/bias [10] 203520");
    assertThat(layout.parameters()).isEqualTo(784 * 256 + 256 + 256 * 10 + 10);
    assertThat(layout.size()).isEqualTo(203536);
    assertThat(layout.nameAt(200704)).isEqualTo("1/bias");
  }

  @Test
  void partsAreAllLayersByTheirPaths() {
    Network network =
        new Network(
            Shape.of(5, 8),
            List.of(
                new TransformerBlock(2, 16, false, 0.1),
                new Residual(new Dense(8)),
                new LayerGraph(
                    Map.of("x", Shape.of(5, 8)),
                    List.of(
                        new LayerGraph.Node(
                            "mean", List.of("x"), new Concatenate(), new MeanOverTime())),
                    List.of("mean"))));

    assertThat(network.parts().keySet())
        .containsExactly(
            "0",
            "0/attention-norm",
            "0/attention",
            "0/attention/query",
            "0/attention/key",
            "0/attention/value",
            "0/attention/weights",
            "0/attention/output",
            "0/attention-dropout",
            "0/feed-forward-norm",
            "0/feed-forward/hidden",
            "0/feed-forward/dropout",
            "0/feed-forward/output",
            "0/feed-forward-dropout",
            "1",
            "1/layers/0",
            "2",
            "2/mean");
    assertThat(network.parts()).containsEntry("1/layers/0", new Dense(8));
  }

  @Test
  void layersThatDoNotFitAreNamedByTheirPath() {
    Network network = new Network(Shape.of(28, 28, 1), List.of(new Relu(), new MeanOverTime()));

    assertThatThrownBy(network::output)
        .isInstanceOf(ShapeException.class)
        .hasMessage("1: mean-over-time expects [n, t, features], got [1, 28, 28, 1]");
  }

  @Test
  void descriptionsSurviveJson() {
    String json = Descriptions.MAPPER.writeJson(MLP);

    assertThat(Descriptions.MAPPER.readJson(json, Network.class)).isEqualTo(MLP);
    assertThat(json).contains("\"he-normal\"").contains("256");
  }

  @Test
  void startingValuesDependOnTheSeedAlone() {
    Layout layout = Layout.of(MLP);
    try (Arena arena = Arena.root("test", 1 << 26)) {
      Tensor first = flat(arena, layout);
      Tensor again = flat(arena, layout);
      Tensor other = flat(arena, layout);
      layout.initialize(first, 1);
      layout.initialize(again, 1);
      layout.initialize(other, 2);

      assertThat(again.toFloats()).isEqualTo(first.toFloats());
      assertThat(other.toFloats()).isNotEqualTo(first.toFloats());
      double[] kernel = layout.entry("1/kernel").of(first).toDoubles();
      double variance = Arrays.stream(kernel).map(w -> w * w).average().orElseThrow();
      assertThat(variance).isBetween(0.99 * 2 / 784, 1.01 * 2 / 784);
    }
  }

  @Test
  void weightsSurviveSafetensors() throws IOException {
    Layout layout = Layout.of(MLP);
    try (Arena arena = Arena.root("test", 1 << 26)) {
      Weights weights = new Weights(layout, flat(arena, layout));
      layout.initialize(weights.flat(), 1);
      Weights read = new Weights(layout, flat(arena, layout));

      read.read(new ByteArrayInputStream(bytes(weights)), "weights.safetensors");

      assertThat(read.flat().toFloats()).isEqualTo(weights.flat().toFloats());
    }
  }

  @Test
  void damagedWeightsAreRefused() throws IOException {
    Layout layout = Layout.of(MLP);
    Layout other = Layout.of(new Network(Shape.of(784), List.of(new Dense(10))));
    try (Arena arena = Arena.root("test", 1 << 26)) {
      Weights weights = new Weights(layout, flat(arena, layout));
      layout.initialize(weights.flat(), 1);
      byte[] bytes = bytes(weights);

      assertThatThrownBy(
              () -> weights.read(new ByteArrayInputStream(bytes, 0, bytes.length - 1), "w"))
          .isInstanceOf(ModelException.class)
          .hasMessage("w: safetensors expects a whole file, got one cut short or damaged");
      assertThatThrownBy(
              () ->
                  weights.read(
                      new ByteArrayInputStream("GET / HTTP/1.1".getBytes(StandardCharsets.UTF_8)),
                      "w"))
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith("w: safetensors expects a header of 2 to 100000000 bytes, got ");
      Weights wrong = new Weights(other, flat(arena, other));
      assertThatThrownBy(() -> wrong.read(new ByteArrayInputStream(bytes), "w"))
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith(
              "w: 0/kernel: weights expect {\"dtype\":\"F32\",\"shape\":[784,10]");
    }
  }

  private static byte[] bytes(Weights weights) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    weights.write(out);
    return out.toByteArray();
  }
}
