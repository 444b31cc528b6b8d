package io.sparrowml.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.Parts;
import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.config.ConfigException;
import io.sparrowml.initializer.Initializer;
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
import io.sparrowml.train.Descriptions;
import io.sparrowml.train.GradientCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayerGradientsTest {
  /** What a case checks, as long as the case is among those that run. */
  private static final Map<GradientCheck, Record> SUBJECTS = new HashMap<>();

  /** A layer and the shape of a batch that fits it. */
  record OverSamples(Layer layer, Shape input) {}

  private static final List<OverSamples> LAYERS = new ArrayList<>();

  /** The layers of the cases. */
  static Stream<OverSamples> layers() {
    return LAYERS.stream();
  }

  /** Keys that have no part in the gradient: how parameters start, and what is only observed. */
  private static final Set<String> BESIDE =
      Set.of("Lstm.forgetBias", "PRelu.start", "BatchNorm.momentum");

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

  private static final List<GradientCheck> CASES =
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
          layer(new Reshape(Shape.of(2, 3)), Shape.of(2, 3, 2)),
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
          layer(new MultiHeadAttention(2, true, 0), Shape.of(2, 3, 4)).flat("key/bias"),
          layer(
              new MultiHeadAttention(
                  3, 6, false, 0.4, new XavierUniform(), new Zeros(), false, new None()),
              Shape.of(2, 3, 4)),
          layer(new TransformerBlock(2, 5, true, 0.3), Shape.of(2, 3, 4))
              .flat("attention/key/bias"),
          layer(new TransformerBlock(1, 5, false, false, new Tanh(), 0, 0.1), Shape.of(2, 3, 4))
              .flat("attention/key/bias"),
          layer(new MeanOverTime(), Shape.of(2, 3, 4)),
          layer(new LastStep(), Shape.of(2, 3, 4)),
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

  /** The same with other values: each key takes two at least, among these and those above. */
  private static final List<GradientCheck> OTHERS =
      List.of(
          other("{'dropout': {'rate': 0.2}}", 5, 6),
          other("{'spatial-dropout': {'rate': 0.2}}", 5, 2, 6),
          other("{'alpha-dropout': {'rate': 0.2}}", 5, 6),
          other("{'gaussian-dropout': {'rate': 0.2}}", 5, 6),
          other("{'gaussian-noise': {'stddev': 0.2}}", 5, 6),
          other("{'weight-noise': {'stddev': 0.3, 'layer': {'dense': {'units': 3}}}}", 3, 5),
          other("{'leaky-relu': {'slope': 0.2}}", 3, 4),
          other("{'elu': {'alpha': 1.3}}", 3, 4),
          other("{'layer-norm': {'epsilon': 0.01}}", 2, 3, 5),
          other("{'group-norm': {'groups': 2, 'epsilon': 0.01, 'shift': false}}", 2, 3, 4),
          other(
              "{'conv1d': {'filters': 6, 'size': 2, 'dilation': 2, 'groups': 2,"
                  + " 'use-bias': false}}",
              2,
              5,
              4),
          other(
              "{'conv2d': {'filters': 6, 'size': [2, 3], 'stride': [2, 1], 'padding': 'same',"
                  + " 'dilation': [1, 2], 'groups': 2, 'use-bias': false}}",
              2,
              4,
              5,
              4),
          other(
              "{'conv1d-transpose': {'filters': 6, 'size': 2, 'dilation': 2, 'groups': 2,"
                  + " 'use-bias': false}}",
              2,
              3,
              4),
          other(
              "{'conv2d-transpose': {'filters': 6, 'size': [2, 3], 'stride': [1, 2],"
                  + " 'padding': 'same', 'dilation': [2, 1], 'groups': 2, 'use-bias': false}}",
              2,
              3,
              2,
              4),
          other(
              "{'separable-conv2d': {'filters': 3, 'size': [2, 3], 'stride': [2, 1],"
                  + " 'padding': 'valid', 'dilation': [1, 2], 'depth-multiplier': 2,"
                  + " 'use-bias': false}}",
              2,
              4,
              5,
              2),
          other("{'zero-padding2d': {'padding': 2}}", 2, 3, 2, 2),
          other("{'max-pool1d': {'size': 3, 'stride': 2, 'padding': 'same'}}", 2, 5, 3),
          other("{'max-pool2d': {'size': [2, 3]}}", 2, 4, 5, 2),
          other("{'average-pool1d': {'size': 3}}", 2, 7, 3),
          other(
              "{'average-pool2d': {'size': [3, 2], 'stride': [2, 1], 'padding': 'same'}}",
              2,
              4,
              5,
              2),
          other("{'lstm': {'units': 3}}", 2, 4, 2),
          other("{'gru': {'units': 3}}", 2, 4, 2),
          other("{'embedding': {'vocabulary': 5, 'units': 2, 'mask-zero': true}}", 2, 3)
              .constant(0, 0, 3, 1, 4, 3, 0),
          other(
              "{'parallel': {'branches': [[{'dense': {'units': 5}}], []], 'combine': 'average'}}",
              3,
              5),
          loss(new MultiClassHinge(1), Shape.of(3, 4), 2, 0, 3),
          loss(new Huber(0.3), Shape.of(4, 1), 0.5, -2, 7, 0.1),
          loss(new Contrastive(3.5), Shape.of(4, 2, 3), 0, 1, 1, 0),
          loss(new Triplet(2), Shape.of(3, 9), 0, 0, 0));

  /** Layers over padded sequences. */
  private static final List<GradientCheck> PADDED =
      List.of(
          ofIds(new MultiHeadAttention(2, false, 0), 1, 3, 0, 2, 2, 1, 0, 0, 0).flat("1/key/bias"),
          ofIds(new TransformerBlock(2, 3, true, 0), 1, 3, 0, 2, 2, 1, 0, 0, 0)
              .flat("1/attention/key/bias"),
          ofIds(new MeanOverTime(), 1, 3, 0, 2, 0, 0, 0, 0, 0),
          ofIds(new LastStep(), 1, 3, 0, 0, 2, 1, 0, 0, 0),
          ofIds(new Lstm(2, true, true), 1, 3, 0, 0, 2, 1, 0, 0, 0),
          ofIds(new Gru(2, false, true), 1, 3, 0, 0, 2, 1, 0, 0, 0),
          ofIds(new Conv1d(2, 3, 1, Padding.SAME, new Tanh()), 1, 3, 0, 2, 1, 3, 0, 0, 0),
          ofIds(new Conv1d(2, 2, 1, Padding.VALID, new Tanh()), 1, 3, 0, 2, 1, 3, 0, 0, 0),
          ofIds(new Conv1dTranspose(2, 2, 2, Padding.SAME, new Tanh()), 1, 3, 0, 2, 0, 0, 0, 0, 0),
          ofIds(new MaxPool1d(2, 1, Padding.SAME), 1, 3, 0, 2, 1, 3, 0, 0, 0),
          ofIds(new AveragePool1d(3, 2, Padding.SAME), 1, 3, 0, 2, 1, 3, 0, 0, 0),
          ofIds(new GlobalMaxPool(), 1, 3, 0, 2, 1, 3, 0, 0, 0),
          ofIds(new GlobalAveragePool(), 1, 3, 0, 2, 1, 3, 0, 0, 0));

  /** The layer's input and all its parameters are differentiated. */
  private static GradientCheck layer(Layer layer, Shape input) {
    LAYERS.add(new OverSamples(layer, input));
    return checked(layer, GradientCheck.of(layer, input));
  }

  /** A layer as a configuration writes it, with other quotes. */
  private static GradientCheck other(String json, int... input) {
    Layer layer = Descriptions.MAPPER.readJson(json.replace('\'', '"'), Layer.class);
    return layer(layer, Shape.of(input));
  }

  /** A layer on the vectors of padded ids, three steps a sample. */
  private static GradientCheck ofIds(Layer layer, double... ids) {
    Layer both = new Sequential(List.of(new Embedding(4, 4, true, new XavierUniform()), layer));
    Shape input = Shape.of(ids.length / 3, 3);
    return checked(layer, GradientCheck.of(both, input)).constant(0, ids);
  }

  private static GradientCheck loss(Loss loss, Shape outputs, double... targets) {
    return loss(loss, outputs, Shape.of(targets.length), targets);
  }

  private static GradientCheck loss(
      Loss loss, Shape outputs, Shape shapeOfTargets, double... targets) {
    return checked(loss, GradientCheck.of(loss, outputs, shapeOfTargets, targets));
  }

  private static GradientCheck checked(Object subject, GradientCheck check) {
    SUBJECTS.put(check, (Record) subject);
    return check;
  }

  static Stream<GradientCheck> cases() {
    return Stream.of(CASES, OTHERS, PADDED).flatMap(List::stream);
  }

  private static Stream<Record> subjects() {
    return cases().map(check -> Objects.requireNonNull(SUBJECTS.get(check)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfFiniteDifferences(GradientCheck each) {
    each.check();
  }

  @Test
  void everyLayerAndLossHasACase() {
    Set<Class<?>> known =
        Stream.concat(
                Layers.CATALOG.kinds().values().stream(), Losses.CATALOG.kinds().values().stream())
            .collect(Collectors.toSet());

    assertThat(subjects().map(Object::getClass)).containsAll(known);
    assertThat(subjects().map(Object::getClass)).allMatch(known::contains);
  }

  @Test
  void everyCombinationIsPartOfACase() {
    assertThat(subjects().flatMap(Parts::of).map(Object::getClass))
        .containsAll(Set.copyOf(Combinations.CATALOG.kinds().values()));
  }

  /** So that no option is left out: each number, choice and activation takes two values. */
  @Test
  void everyKeyOfALayerOrLossIsChanged() {
    List<Record> parts =
        subjects().flatMap(Parts::of).filter(part -> !(part instanceof Initializer)).toList();

    assertThat(Parts.unchanged(parts)).isSubsetOf(BESIDE);
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
