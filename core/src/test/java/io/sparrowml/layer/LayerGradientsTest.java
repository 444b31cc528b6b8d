package io.sparrowml.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.FiniteDifferences;
import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.config.ConfigException;
import io.sparrowml.initializer.XavierUniform;
import io.sparrowml.initializer.Zeros;
import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.loss.BinaryCrossEntropy;
import io.sparrowml.loss.Loss;
import io.sparrowml.loss.Losses;
import io.sparrowml.loss.MeanSquaredError;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Value;
import io.sparrowml.regularizer.None;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayerGradientsTest {
  private static final List<Object> COVERED = new ArrayList<>();

  private static final LayerGraph WIDE_AND_DEEP =
      new LayerGraph(
          ordered("wide", Shape.of(2), "deep", Shape.of(2, 3)),
          List.of(
              new LayerGraph.Node("flat", List.of("deep"), new Concatenate(), new Flatten()),
              new LayerGraph.Node(
                  "hidden",
                  List.of("flat"),
                  new Concatenate(),
                  new Dense(4, new Tanh(), new XavierUniform())),
              new LayerGraph.Node(
                  "both", List.of("wide", "hidden"), new Concatenate(), new Dense(2)),
              new LayerGraph.Node("sum", List.of("hidden", "hidden"), new Add(), null)),
          List.of("both", "sum"));

  private static Map<String, Shape> ordered(String a, Shape shapeOfA, String b, Shape shapeOfB) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(a, shapeOfA);
    shapes.put(b, shapeOfB);
    return shapes;
  }

  private static final List<FiniteDifferences> CASES =
      List.of(
          layer(new Dense(4), Shape.of(3, 5)),
          layer(
              new Dense(4, new Tanh(), new XavierUniform(), new Zeros(), false, new None()),
              Shape.of(3, 5)),
          layer(new Flatten(), Shape.of(2, 3, 4)),
          layer(new Dropout(0.4), Shape.of(5, 6)),
          layer(
              new Sequential(
                  List.of(new Dense(4, new Sigmoid(), new XavierUniform()), new Dense(2))),
              Shape.of(3, 5)),
          layer(new Residual(new Dense(5, new Tanh(), new XavierUniform())), Shape.of(3, 5)),
          layer(
              new Residual(List.of(new Dense(4), new Sigmoid()), List.of(new Dense(4)), new Tanh()),
              Shape.of(3, 5)),
          layer(
              new Parallel(List.of(List.of(new Dense(2)), List.of()), new Concatenate()),
              Shape.of(3, 5)),
          layer(
              new Parallel(
                  List.of(List.of(new Dense(4)), List.of(new Dense(4)), List.of(new Dense(4))),
                  new Multiply()),
              Shape.of(3, 5)),
          layer(WIDE_AND_DEEP, Shape.of(3, 8)),
          layer(new Reshape(Shape.of(2, 3)), Shape.of(2, 6)),
          layer(new Conv1d(4, 3, 2, Padding.SAME, new Tanh()), Shape.of(2, 5, 3)),
          layer(new Conv2d(4, 2, 1, Padding.VALID, new Sigmoid()), Shape.of(2, 3, 3, 2)),
          layer(new Conv2d(4, 3, new Tanh()), Shape.of(2, 4, 3, 2)),
          layer(new Conv1dTranspose(4, 3, 2, Padding.SAME, new Tanh()), Shape.of(2, 3, 2)),
          layer(new Conv2dTranspose(3, 3, 2, Padding.VALID, new Tanh()), Shape.of(2, 2, 3, 2)),
          layer(new SeparableConv2d(4, 2, 1, Padding.SAME, new Tanh()), Shape.of(2, 3, 3, 2)),
          layer(new ZeroPadding2d(List.of(1, 0)), Shape.of(2, 3, 2, 2)),
          layer(new MaxPool1d(2), Shape.of(2, 5, 3)),
          layer(new MaxPool2d(List.of(3), List.of(2), Padding.SAME), Shape.of(2, 4, 5, 2)),
          layer(new AveragePool1d(2, 1, Padding.SAME), Shape.of(2, 5, 3)),
          layer(new AveragePool2d(2), Shape.of(2, 4, 5, 2)),
          layer(new GlobalMaxPool(), Shape.of(2, 3, 4, 2)),
          layer(new GlobalAveragePool(), Shape.of(2, 5, 3)),
          layer(new Linear(), Shape.of(3, 4)),
          layer(new Relu(), Shape.of(3, 4)),
          layer(new LeakyRelu(0.01), Shape.of(3, 4)),
          layer(new Sigmoid(), Shape.of(3, 4)),
          layer(new Tanh(), Shape.of(3, 4)),
          loss(new SoftmaxCrossEntropy(), Shape.of(3, 4), 2, 0, 3),
          loss(new BinaryCrossEntropy(), Shape.of(3, 1), 1, 0, 1),
          loss(new MeanSquaredError(), Shape.of(3, 1), 0.5, -2, 7));

  /** The layer's input and all its parameters are differentiated. */
  private static FiniteDifferences layer(Layer layer, Shape input) {
    COVERED.add(layer.getClass());
    List<Shape> shapes = new ArrayList<>(List.of(input));
    ShapesOnly engine = new ShapesOnly();
    layer.apply(
        engine.leaf(input),
        Parameters.inference(
            parameter -> {
              shapes.add(parameter.shape());
              return engine.leaf(parameter.shape());
            }));
    return new FiniteDifferences(
        layer.toString(),
        values -> {
          Iterator<Value> parameters = values.subList(1, values.size()).iterator();
          return layer.apply(
              values.get(0), Parameters.training(parameter -> parameters.next(), RandomKey.of(3)));
        },
        shapes.toArray(Shape[]::new));
  }

  private static FiniteDifferences loss(Loss loss, Shape outputs, double... targets) {
    COVERED.add(loss.getClass());
    return new FiniteDifferences(
            loss.toString(), in -> loss.of(in.get(0), in.get(1)), outputs, Shape.of(targets.length))
        .constant(1, targets);
  }

  static Stream<FiniteDifferences> cases() {
    return CASES.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfFiniteDifferences(FiniteDifferences each) {
    each.check();
  }

  @Test
  void everyLayerAndLossHasACase() {
    Set<Object> known =
        Stream.concat(
                Layers.CATALOG.kinds().values().stream(), Losses.CATALOG.kinds().values().stream())
            .collect(Collectors.toSet());

    assertThat(Set.copyOf(COVERED)).isEqualTo(known);
  }

  @Test
  void dropoutDropsItsShareInTrainingAndNothingInInference() {
    try (Arena arena = Arena.root("test", 1 << 24);
        PlainKernels kernels = new PlainKernels()) {
      Eager eager = Eager.forgetting(kernels, arena);
      Tensor ones = eager.allocate(DType.FLOAT64, Shape.of(100, 100));
      double[] numbers = new double[10_000];
      Arrays.fill(numbers, 1);
      Value x = eager.leaf(ones.set(numbers));
      Parameters.Source none =
          parameter -> {
            throw new AssertionError("dropout has no parameters");
          };

      double[] dropped =
          new Dropout(0.3)
              .apply(x, Parameters.training(none, RandomKey.of(1)))
              .tensor()
              .toDoubles();

      long zeros = Arrays.stream(dropped).filter(number -> number == 0).count();
      assertThat(zeros).isBetween(2850L, 3150L);
      assertThat(Arrays.stream(dropped).filter(number -> number != 0).distinct())
          .containsExactly((float) (1 / 0.7) * 1.0);
      assertThat(new Dropout(0.3).apply(x, Parameters.inference(none))).isSameAs(x);
    }
  }

  @Test
  void hyperParametersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Dropout(1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("rate: expects a number in [0, 1), got 1.0");
    assertThatThrownBy(() -> new Dense(0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("units: expects at least 1, got 0");
    assertThatThrownBy(() -> new Sequential(List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage("layers: expects at least one layer, got none");
    assertThatThrownBy(() -> new BinaryCrossEntropy().outputs(Shape.of(), 3))
        .isInstanceOf(ConfigException.class)
        .hasMessage("binary-cross-entropy expects 2 classes, got 3; use softmax-cross-entropy");
  }

  @Test
  void denseWantsAMatrix() {
    ShapesOnly engine = new ShapesOnly();
    Parameters parameters = Parameters.inference(parameter -> engine.leaf(parameter.shape()));

    assertThatThrownBy(() -> new Dense(2).apply(engine.leaf(Shape.of(7)), parameters))
        .isInstanceOf(ShapeException.class)
        .hasMessage("dense expects [n, features], got [7]");
  }
}
