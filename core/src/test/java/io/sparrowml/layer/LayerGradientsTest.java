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
import io.sparrowml.loss.Contrastive;
import io.sparrowml.loss.Hinge;
import io.sparrowml.loss.Huber;
import io.sparrowml.loss.KlDivergence;
import io.sparrowml.loss.Loss;
import io.sparrowml.loss.Losses;
import io.sparrowml.loss.MeanAbsoluteError;
import io.sparrowml.loss.MeanSquaredError;
import io.sparrowml.loss.MultiClassHinge;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.loss.Triplet;
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
          layer(new BatchNorm(), Shape.of(5, 3)),
          layer(new BatchNorm(0.9, 0.1, true, false), Shape.of(3, 2, 4)),
          layer(new BatchNorm(0.9, 0.1, false, true), Shape.of(2, 2, 3, 4)),
          layer(new LayerNorm(0.1), Shape.of(2, 3, 5)),
          layer(new LayerNorm(0.1, true, false), Shape.of(3, 5)),
          layer(new LayerNorm(0.1, false, false), Shape.of(3, 5)),
          layer(new GroupNorm(2, 0.1, true, true), Shape.of(2, 3, 4)),
          layer(new GroupNorm(4, 0.1, false, true), Shape.of(2, 3, 3, 4)),
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
          layer(new Linear(), Shape.of(3, 4)),
          layer(new Relu(), Shape.of(3, 4)),
          layer(new LeakyRelu(0.01), Shape.of(3, 4)),
          layer(new Sigmoid(), Shape.of(3, 4)),
          layer(new Tanh(), Shape.of(3, 4)),
          layer(new Gelu(), Shape.of(3, 4)),
          layer(new Gelu(true), Shape.of(3, 4)),
          layer(new Elu(0.7), Shape.of(3, 4)),
          layer(new Selu(), Shape.of(3, 4)),
          layer(new Silu(), Shape.of(3, 4)),
          layer(new Softplus(), Shape.of(3, 4)),
          layer(new Softmax(), Shape.of(2, 3, 4)),
          layer(new HardSigmoid(), Shape.of(3, 4)),
          layer(new HardSwish(), Shape.of(3, 4)),
          layer(new PRelu(), Shape.of(2, 3, 4)),
          layer(new SpatialDropout(0.4), Shape.of(5, 2, 6)),
          layer(new AlphaDropout(0.4), Shape.of(5, 6)),
          layer(new GaussianDropout(0.4), Shape.of(5, 6)),
          layer(new GaussianNoise(0.4), Shape.of(5, 6)),
          layer(
              new WeightNoise(0.1, new Dense(4, new Tanh(), new XavierUniform())), Shape.of(3, 5)),
          layer(new Lstm(2), Shape.of(3, 4, 2)),
          layer(new Lstm(2, true, true), Shape.of(2, 3, 2)),
          layer(new Gru(2), Shape.of(3, 4, 2)),
          layer(new Gru(2, true, true), Shape.of(2, 3, 2)),
          layer(new Dense(4), Shape.of(2, 3, 5)),
          layer(new Embedding(4, 3), Shape.of(2, 3)).constant(0, 0, 3, 1, 3, 3, 0),
          layer(new PositionalEncoding(), Shape.of(2, 3, 5)),
          layer(new PositionEmbedding(), Shape.of(2, 3, 4)),
          layer(new MultiHeadAttention(2, true, 0), Shape.of(2, 3, 4)),
          layer(
              new MultiHeadAttention(
                  3, 6, false, 0.4, new XavierUniform(), new Zeros(), false, new None()),
              Shape.of(2, 3, 4)),
          layer(new TransformerBlock(2, 5, true, 0.3), Shape.of(2, 3, 4)),
          layer(new TransformerBlock(1, 5, false, false, new Tanh(), 0, 0.1), Shape.of(2, 3, 4)),
          layer(new MeanOverTime(), Shape.of(2, 3, 4)),
          layer(new LastStep(), Shape.of(2, 3, 4)),
          ofIds(new MultiHeadAttention(2, false, 0), 1, 3, 0, 2, 2, 1, 0, 0, 0),
          ofIds(new MeanOverTime(), 1, 3, 0, 2, 0, 0, 0, 0, 0),
          ofIds(new LastStep(), 1, 3, 0, 0, 2, 1, 0, 0, 0),
          loss(new SoftmaxCrossEntropy(), Shape.of(3, 4), 2, 0, 3),
          loss(new BinaryCrossEntropy(), Shape.of(3, 1), 1, 0, 1),
          loss(
              new SoftmaxCrossEntropy(0.1, List.of(1.0, 2.0, 0.5, 3.0)),
              Shape.of(2, 3, 4),
              Shape.of(2, 3),
              2,
              0,
              3,
              1,
              1,
              2),
          loss(
              new BinaryCrossEntropy(0.2, List.of(1.0, 3.0)),
              Shape.of(3, 2),
              Shape.of(3, 2),
              1,
              0,
              1,
              1,
              0,
              0),
          loss(new Hinge(), Shape.of(3, 1), 1, 0, 1),
          loss(new MultiClassHinge(0.7), Shape.of(3, 4), 2, 0, 3),
          loss(new MeanSquaredError(), Shape.of(2, 3), Shape.of(2, 3), 1, 2, 3, -1, -2, -3),
          loss(new MeanSquaredError(), Shape.of(3, 1), 0.5, -2, 7),
          loss(new MeanAbsoluteError(), Shape.of(3, 1), 0.5, -2, 7),
          loss(new Huber(0.8), Shape.of(4, 1), 0.5, -2, 7, 0.1),
          loss(new KlDivergence(), Shape.of(2, 3), Shape.of(2, 3), 0.5, 0.5, 0, 0.2, 0.7, 0.1),
          loss(new Contrastive(2.5), Shape.of(4, 2, 3), 0, 1, 1, 0),
          loss(new Triplet(3), Shape.of(3, 9), 0, 0, 0));

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

  /** A layer on the vectors of padded ids, three steps a sample. */
  private static FiniteDifferences ofIds(Layer layer, double... ids) {
    Layer both = new Sequential(List.of(new Embedding(4, 4, true, new XavierUniform()), layer));
    return layer(both, Shape.of(ids.length / 3, 3)).constant(0, ids);
  }

  private static FiniteDifferences loss(Loss loss, Shape outputs, double... targets) {
    return loss(loss, outputs, Shape.of(targets.length), targets);
  }

  private static FiniteDifferences loss(
      Loss loss, Shape outputs, Shape shapeOfTargets, double... targets) {
    COVERED.add(loss.getClass());
    return new FiniteDifferences(
            loss.toString(), in -> loss.of(in.get(0), in.get(1)), outputs, shapeOfTargets)
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
  void denseWantsSamplesOfFeatures() {
    ShapesOnly engine = new ShapesOnly();
    Parameters parameters = Parameters.inference(parameter -> engine.leaf(parameter.shape()));

    assertThatThrownBy(() -> new Dense(2).apply(engine.leaf(Shape.of(7)), parameters))
        .isInstanceOf(ShapeException.class)
        .hasMessage("dense expects [n, ..., features], got [7]");
  }
}
