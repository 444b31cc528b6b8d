package io.sparrowml.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.config.ConfigException;
import io.sparrowml.initializer.XavierUniform;
import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sequences whose padding is left out. */
@ExtendWith(ArenaExtension.class)
class MaskTest {
  private static final Layer WORDS = new Embedding(9, 4, true, new XavierUniform());
  private static final Layer ATTENTION = new MultiHeadAttention(2, false, 0);

  private static Eager eager(Arena arena) {
    return Eager.forgetting(new PlainKernels(), arena);
  }

  private static Value leaf(Eager eager, Shape shape, double... numbers) {
    return eager.leaf(eager.allocate(DType.FLOAT64, shape).set(numbers));
  }

  /** Parameters that start as their initializers say. */
  private static Parameters parameters(Eager eager) {
    return Parameters.inference(
        parameter -> {
          Tensor tensor = eager.allocate(DType.FLOAT64, parameter.shape());
          parameter.initializer().fill(tensor, RandomKey.of(1).with(parameter.path()));
          return eager.leaf(tensor);
        });
  }

  private static double[] outputs(Arena arena, Layer layer, Shape shape, double... ids) {
    Eager eager = eager(arena);
    return layer.apply(leaf(eager, shape, ids), parameters(eager)).tensor().toDoubles();
  }

  @Test
  void idZeroIsPadding(Arena arena) {
    Eager eager = eager(arena);
    Parameters p = parameters(eager);
    assertThat(p.mask()).isNull();

    WORDS.apply(leaf(eager, Shape.of(2, 3), 1, 5, 0, 8, 0, 0), p.scope("0"));

    Value mask = Objects.requireNonNull(p.mask());
    assertThat(mask.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(mask.tensor().toDoubles()).containsExactly(1, 1, 0, 1, 0, 0);
    new Embedding(9, 4).apply(leaf(eager, Shape.of(1, 2), 1, 0), p);
    assertThat(p.mask()).isNull();
  }

  @Test
  void layersOnEachStepKeepTheMaskAndOthersDropIt(Arena arena) {
    Eager eager = eager(arena);
    Parameters p = parameters(eager);
    Value x = WORDS.apply(leaf(eager, Shape.of(1, 3), 1, 5, 0), p.scope("words"));
    Value mask = p.mask();
    int name = 0;
    for (Layer layer :
        List.of(new Dense(4), new Relu(), ATTENTION, new TransformerBlock(2, 3, true, 0))) {
      layer.apply(x, p.scope("layer" + name++));
      assertThat(p.mask()).as(layer.toString()).isSameAs(mask);
    }
    for (Layer layer : List.of(new Flatten(), new MeanOverTime(), new LastStep())) {
      p.setMask(mask);
      layer.apply(x, p.scope("layer" + name++));
      assertThat(p.mask()).as(layer.toString()).isNull();
    }
  }

  @Test
  void morePaddingChangesNothing(Arena arena) {
    for (Layer pooling : List.of(new MeanOverTime(), new LastStep())) {
      Layer layer = new Sequential(List.of(WORDS, ATTENTION, new Residual(ATTENTION), pooling));
      double[] expected = outputs(arena, layer, Shape.of(1, 3), 4, 7, 2);
      assertThat(outputs(arena, layer, Shape.of(1, 5), 4, 7, 2, 0, 0)).containsExactly(expected);
      assertThat(outputs(arena, layer, Shape.of(1, 5), 0, 0, 4, 7, 2)).containsExactly(expected);
    }
  }

  /** Layers that move windows over the steps, the same with padding behind them as without. */
  private static final List<Layer> WINDOWS =
      List.of(
          new Conv1d(4, 3, 1, Padding.SAME, new Tanh()),
          new Conv1d(4, 3, 2, Padding.SAME, new Tanh()),
          new Conv1d(4, 2, 1, Padding.VALID, new Tanh()),
          new Conv1d(4, 2, 2, Padding.VALID, new Tanh()),
          new Conv1d(4, 1, 1, Padding.VALID, new Tanh()),
          new MaxPool1d(3, 1, Padding.SAME),
          new MaxPool1d(3, 2, Padding.SAME),
          new MaxPool1d(2),
          new AveragePool1d(3, 1, Padding.SAME),
          new AveragePool1d(3, 2, Padding.SAME),
          new AveragePool1d(2));

  private static final List<Layer> OVER_ALL =
      List.of(
          new MeanOverTime(),
          new LastStep(),
          new GlobalMaxPool(),
          new GlobalAveragePool(),
          new Lstm(3, false, true),
          new Gru(3, false, true));

  @Test
  void paddingBehindASequenceChangesNothingThatWindowsSee(Arena arena) {
    for (Layer windows : WINDOWS) {
      for (Layer pooling : OVER_ALL) {
        Layer layer = new Sequential(List.of(WORDS, windows, pooling));
        double[] expected = outputs(arena, layer, Shape.of(1, 3), 4, 7, 2);
        assertThat(outputs(arena, layer, Shape.of(1, 5), 4, 7, 2, 0, 0))
            .as(layer.toString())
            .containsExactly(expected, within(1e-15));
        assertThat(expected).as(layer.toString()).doesNotContain(0);
      }
    }
  }

  @Test
  void poolingLeavesPaddingOut(Arena arena) {
    for (Layer pooling : OVER_ALL) {
      Layer layer = new Sequential(List.of(WORDS, pooling));
      double[] expected = outputs(arena, layer, Shape.of(1, 3), 4, 7, 2);
      assertThat(outputs(arena, layer, Shape.of(2, 5), 4, 7, 2, 0, 0, 0, 0, 4, 7, 2))
          .as(layer.toString())
          .startsWith(expected)
          .endsWith(expected);
      assertThat(outputs(arena, layer, Shape.of(1, 3), 0, 0, 0))
          .as(layer.toString())
          .containsOnly(0);
    }
  }

  @Test
  void masksMoveWithTheWindows(Arena arena) {
    double[][] expected = {
      {1, 1, 1, 0, 0},
      {1, 1, 0},
      {1, 1, 0, 0},
      {1, 0},
      {1, 1, 1, 0, 0},
      {1, 1, 1, 0, 0},
      {1, 1, 0},
      {1, 0},
      {1, 1, 1, 0, 0},
      {1, 1, 0},
      {1, 0}
    };
    for (int i = 0; i < expected.length; i++) {
      Eager eager = eager(arena);
      Parameters p = parameters(eager);
      Value x = WORDS.apply(leaf(eager, Shape.of(1, 5), 4, 7, 2, 0, 0), p.scope("words"));
      WINDOWS.get(i).apply(x, p.scope("windows"));
      assertThat(Objects.requireNonNull(p.mask()).tensor().toDoubles())
          .as(WINDOWS.get(i).toString())
          .containsExactly(expected[i]);
    }
  }

  /** Whatever a layer does to the steps: the mask that goes on is that of the steps it gives. */
  @Test
  void noMaskGoesOnThatDoesNotFit() {
    List<Class<?>> met = new ArrayList<>();
    LayerGradientsTest.layers()
        .filter(each -> each.input().rank() > 2)
        .forEach(
            each -> {
              ShapesOnly engine = new ShapesOnly();
              Parameters p =
                  Parameters.training(parameter -> engine.leaf(parameter.shape()), RandomKey.of(1));
              p.setMask(engine.leaf(Shape.of(each.input().dim(0), each.input().dim(1))));
              Shape y = each.layer().apply(engine.leaf(each.input()), p).shape();
              if (p.mask() != null) {
                assertThat(y.rank()).as(each.toString()).isGreaterThan(2);
                assertThat(p.mask().shape())
                    .as(each.toString())
                    .isEqualTo(Shape.of(y.dim(0), y.dim(1)));
              }
              met.add(each.layer().getClass());
            });
    assertThat(met).contains(Conv1d.class, Conv2d.class, Reshape.class, MaxPool2d.class);
  }

  @Test
  void sequencesOfPaddingAloneHaveZeros(Arena arena) {
    for (Layer pooling : List.of(new MeanOverTime(), new LastStep())) {
      Layer layer = new Sequential(List.of(WORDS, ATTENTION, pooling));
      assertThat(outputs(arena, layer, Shape.of(1, 3), 0, 0, 0)).containsOnly(0);
    }
  }

  @Test
  void branchesTakeTheMaskThatCameIn(Arena arena) {
    Layer branches =
        new Parallel(
            List.of(List.of(new MeanOverTime()), List.of(ATTENTION, new MeanOverTime())),
            new Concatenate());
    Layer graph =
        new LayerGraph(
            Map.of("ids", Shape.of(3)),
            List.of(
                new LayerGraph.Node("words", List.of("ids"), new Concatenate(), WORDS),
                new LayerGraph.Node(
                    "mean", List.of("words"), new Concatenate(), new MeanOverTime()),
                new LayerGraph.Node("last", List.of("words"), new Concatenate(), new LastStep()),
                new LayerGraph.Node("both", List.of("mean", "last"), new Concatenate(), null)),
            List.of("both"));
    Layer longGraph =
        new LayerGraph(Map.of("ids", Shape.of(5)), ((LayerGraph) graph).nodes(), List.of("both"));

    Layer layer = new Sequential(List.of(WORDS, branches));
    assertThat(outputs(arena, layer, Shape.of(1, 5), 4, 7, 2, 0, 0))
        .hasSize(8)
        .containsExactly(outputs(arena, layer, Shape.of(1, 3), 4, 7, 2));
    assertThat(outputs(arena, longGraph, Shape.of(1, 5), 4, 7, 2, 0, 0))
        .hasSize(8)
        .containsExactly(outputs(arena, graph, Shape.of(1, 3), 4, 7, 2));
  }

  @Test
  void causalAttentionSeesNoLaterStep(Arena arena) {
    Layer layer =
        new Sequential(List.of(new Embedding(9, 4), new TransformerBlock(2, 8, true, 0.0)));
    double[] shorter = outputs(arena, layer, Shape.of(1, 2), 4, 7);
    double[] longer = outputs(arena, layer, Shape.of(1, 3), 4, 7, 2);
    assertThat(longer).hasSize(12).startsWith(shorter);
  }

  @Test
  void hyperParametersOutOfRangeAreRefused() {
    assertConfig(() -> new Embedding(0, 4), "vocabulary: expects at least 1, got 0");
    assertConfig(() -> new Embedding(4, 0), "units: expects at least 1, got 0");
    assertConfig(() -> new MultiHeadAttention(0, true, 0), "heads: expects at least 1, got 0");
    assertConfig(
        () -> new MultiHeadAttention(2, true, 1), "dropout: expects a number in [0, 1), got 1.0");
    MultiHeadAttention two = new MultiHeadAttention(2, true, 0);
    assertConfig(
        () ->
            new MultiHeadAttention(
                2, 5, true, 0, two.kernel(), two.bias(), true, two.regularizer()),
        "units: expects a number that 2 heads divide, got 5");
    assertConfig(() -> new TransformerBlock(2, 0, true, 0), "units: expects at least 1, got 0");
    assertConfig(() -> new TransformerBlock(0, 1, true, 0), "heads: expects at least 1, got 0");
  }

  private static void assertConfig(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(ConfigException.class).hasMessage(message);
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertShape(WORDS, "embedding with mask-zero expects ids [n, t], got [2, 3, 5]", 2, 3, 5);
    assertShape(ATTENTION, "multi-head-attention expects [n, t, features], got [2, 4]", 2, 4);
    assertShape(
        ATTENTION,
        "multi-head-attention expects features that 2 heads divide, got [2, 3, 5]; give it units",
        2,
        3,
        5);
    assertShape(
        new TransformerBlock(1, 1, true, 0),
        "transformer-block expects [n, t, features], got [2, 3]",
        2,
        3);
    assertShape(
        new PositionalEncoding(), "positional-encoding expects [n, t, features], got [2, 3]", 2, 3);
    assertShape(
        new PositionEmbedding(), "position-embedding expects [n, t, features], got [2, 3]", 2, 3);
    assertShape(new MeanOverTime(), "mean-over-time expects [n, t, features], got [2, 3]", 2, 3);
    assertShape(new LastStep(), "last-step expects [n, t, features] with steps, got [2, 3]", 2, 3);
  }

  private static void assertShape(Layer layer, String message, int... dims) {
    ShapesOnly engine = new ShapesOnly();
    Parameters p = Parameters.inference(parameter -> engine.leaf(parameter.shape()));
    assertThatThrownBy(() -> layer.apply(engine.leaf(Shape.of(dims)), p))
        .isInstanceOf(ShapeException.class)
        .hasMessage(message);
  }

  @Test
  void masksOfOtherStepsAreRefused() {
    ShapesOnly engine = new ShapesOnly();
    Parameters p = Parameters.inference(parameter -> engine.leaf(parameter.shape()));
    p.setMask(engine.leaf(Shape.of(2, 5)));
    assertThatThrownBy(() -> ATTENTION.apply(engine.leaf(Shape.of(2, 3, 4)), p))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "attention softmax expects [n, ..., queries, keys] and [n, keys],"
                + " got [2, 2, 3, 3] and [2, 5]");
  }
}
