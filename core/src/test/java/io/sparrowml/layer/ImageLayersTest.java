package io.sparrowml.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.config.ConfigException;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.train.Descriptions;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ImageLayersTest {
  private final ShapesOnly engine = new ShapesOnly();
  private final List<String> declared = new ArrayList<>();

  private Shape shape(String description, int... input) {
    return apply(Descriptions.MAPPER.readJson(description, Layer.class), input).shape();
  }

  private Value apply(Layer layer, int... input) {
    return layer.apply(
        engine.leaf(Shape.of(input)),
        Parameters.inference(
            parameter -> {
              declared.add(parameter.path() + " " + parameter.shape());
              return engine.leaf(parameter.shape());
            }));
  }

  @Test
  void convolutionsHaveTheShapesOfKeras() {
    assertThat(shape("{\"conv2d\": {\"filters\": 6, \"size\": 3}}", 2, 8, 7, 4))
        .isEqualTo(Shape.of(2, 6, 5, 6));
    assertThat(
            shape(
                "{\"conv2d\": {\"filters\": 6, \"size\": [3, 5], \"stride\": [2, 3],"
                    + " \"padding\": \"same\", \"groups\": 2}}",
                2,
                8,
                7,
                4))
        .isEqualTo(Shape.of(2, 4, 3, 6));
    assertThat(
            shape(
                "{\"conv1d\": {\"filters\": 6, \"size\": 3, \"dilation\": 2, \"stride\": 2,"
                    + " \"use-bias\": false}}",
                2,
                9,
                4))
        .isEqualTo(Shape.of(2, 3, 6));
    assertThat(
            shape(
                "{\"separable-conv2d\": {\"filters\": 6, \"size\": 3, \"padding\": \"same\","
                    + " \"depth-multiplier\": 2}}",
                2,
                8,
                7,
                4))
        .isEqualTo(Shape.of(2, 8, 7, 6));
    assertThat(declared)
        .containsExactly(
            "kernel [3, 3, 4, 6]",
            "bias [6]",
            "kernel [3, 5, 2, 6]",
            "bias [6]",
            "kernel [3, 4, 6]",
            "depthwise [3, 3, 1, 8]",
            "pointwise [1, 1, 8, 6]",
            "bias [6]");
  }

  @Test
  void transposedConvolutionsSpreadTheirInput() {
    assertThat(
            shape(
                "{\"conv2d-transpose\": {\"filters\": 6, \"size\": 3, \"stride\": 2}}", 2, 4, 3, 4))
        .isEqualTo(Shape.of(2, 9, 7, 6));
    assertThat(
            shape(
                "{\"conv2d-transpose\": {\"filters\": 6, \"size\": 3, \"stride\": 2,"
                    + " \"padding\": \"same\"}}",
                2,
                4,
                3,
                4))
        .isEqualTo(Shape.of(2, 8, 6, 6));
    assertThat(
            shape(
                "{\"conv1d-transpose\": {\"filters\": 6, \"size\": 2, \"stride\": 3,"
                    + " \"groups\": 2}}",
                2,
                4,
                8))
        .isEqualTo(Shape.of(2, 11, 6));
    assertThat(declared)
        .containsExactly(
            "kernel [3, 3, 6, 4]",
            "bias [6]",
            "kernel [3, 3, 6, 4]",
            "bias [6]",
            "kernel [2, 3, 8]",
            "bias [6]");
  }

  @Test
  void poolingGoesBySizeUnlessTold() {
    assertThat(shape("{\"max-pool2d\": {\"size\": 2}}", 2, 8, 7, 4))
        .isEqualTo(Shape.of(2, 4, 3, 4));
    assertThat(
            shape(
                "{\"average-pool2d\": {\"size\": [3, 2], \"stride\": 2, \"padding\": \"same\"}}",
                2,
                8,
                7,
                4))
        .isEqualTo(Shape.of(2, 4, 4, 4));
    assertThat(shape("{\"max-pool1d\": {\"size\": 3, \"stride\": 1}}", 2, 8, 4))
        .isEqualTo(Shape.of(2, 6, 4));
    assertThat(shape("{\"average-pool1d\": {\"size\": 3}}", 2, 8, 4)).isEqualTo(Shape.of(2, 2, 4));
    assertThat(shape("\"global-max-pool\"", 2, 8, 7, 4)).isEqualTo(Shape.of(2, 4));
    assertThat(shape("\"global-average-pool\"", 2, 8, 4)).isEqualTo(Shape.of(2, 4));
    assertThat(shape("{\"zero-padding2d\": {\"padding\": [1, 2]}}", 2, 8, 7, 4))
        .isEqualTo(Shape.of(2, 10, 11, 4));
    assertThat(shape("{\"reshape\": {\"shape\": [2, 3]}}", 5, 6)).isEqualTo(Shape.of(5, 2, 3));
  }

  @Test
  void aWrittenLayerIsReadAgain() {
    Layer layer = new Conv2d(6, 3, 2, Padding.SAME, new Relu());
    String json = Descriptions.MAPPER.writeJson(layer);
    assertThat(Descriptions.MAPPER.readJson(json, Layer.class)).isEqualTo(layer);
  }

  @Test
  void inputsOfOtherShapesAreRefused() {
    assertShape(
        () -> apply(new Conv2d(6, 3, new Relu()), 5, 784),
        "conv2d expects [n, height, width, channels], got [5, 784];"
            + " put reshape before it, or give the model's input as [height, width, channels]");
    assertShape(
        () -> apply(new Conv1d(6, 3, 1, Padding.SAME, new Relu()), 5, 7),
        "conv1d expects [n, time, features], got [5, 7];"
            + " put reshape before it, or give the model's input as [time, features]");
    assertShape(
        () -> shape("{\"conv2d\": {\"filters\": 6, \"size\": 3, \"groups\": 3}}", 2, 8, 7, 4),
        "conv2d expects channels and filters that 3 groups divide, got 4 and 6");
    assertShape(
        () -> apply(new MaxPool2d(4), 5, 3, 3, 2),
        "max pool2d expects windows that are within the images or reach into them,"
            + " got 4 x 4 in [5, 3, 3, 2]; take a smaller size, or padding: same");
    assertShape(
        () -> apply(new GlobalMaxPool(), 5, 3),
        "global-max-pool expects [n, ..., channels] with axes between, got [5, 3]");
    assertShape(
        () -> apply(new Reshape(Shape.of(2, 3)), 5, 7),
        "reshape expects samples of 6 numbers for [2, 3], got [5, 7]");
  }

  @Test
  void hyperParametersOutOfRangeAreRefused() {
    assertConfig(() -> new Conv2d(0, 3, new Relu()), "filters: expects at least 1, got 0");
    assertConfig(
        () -> new Conv2d(1, 0, new Relu()),
        "size: expects a number of at least 1, or 2 of them, got [0]");
    assertConfig(
        () -> new MaxPool2d(List.of(1, 2, 3), null, Padding.VALID),
        "size: expects a number of at least 1, or 2 of them, got [1, 2, 3]");
    assertConfig(() -> new AveragePool1d(2, 0, Padding.VALID), "stride: expects at least 1, got 0");
    assertConfig(
        () -> new ZeroPadding2d(List.of(-1)),
        "padding: expects a number of at least 0, or 2 of them, got [-1]");
    assertConfig(
        () -> new Conv1dTranspose(1, 2, 0, Padding.VALID, new Relu()),
        "stride: expects at least 1, got 0");
  }

  private static void assertShape(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(ShapeException.class).hasMessage(message);
  }

  private static void assertConfig(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(ConfigException.class).hasMessage(message);
  }
}
