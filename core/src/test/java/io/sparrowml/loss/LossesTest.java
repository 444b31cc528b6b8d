package io.sparrowml.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.Gradients;
import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.config.ConfigException;
import io.sparrowml.kernel.KernelException;
import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.train.Descriptions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LossesTest {
  private final Arena arena = Arena.root("losses", 1 << 22);
  private final PlainKernels kernels = new PlainKernels();
  private final Eager eager = Eager.recording(kernels, arena);

  @AfterEach
  void close() {
    kernels.close();
    arena.close();
  }

  private Value value(Shape shape, double... numbers) {
    return eager.leaf(eager.allocate(DType.FLOAT64, shape).set(numbers));
  }

  @Test
  void allOfThemGiveANumberForEachSample() {
    ShapesOnly engine = new ShapesOnly();
    for (String name : Losses.CATALOG.kinds().keySet()) {
      Loss loss = Descriptions.MAPPER.read(TextNode.valueOf(name), Loss.class);
      boolean embeds = loss instanceof Contrastive || loss instanceof Triplet;
      Shape target = embeds ? Shape.of() : Shape.of(5);
      Shape outputs = loss.outputs(target, 2).prepend(3);

      assertThat(loss.of(engine.leaf(outputs), engine.leaf(target.prepend(3))).shape())
          .as(name)
          .isEqualTo(Shape.of(3));
      assertThat(loss.predict(engine.leaf(outputs)).shape()).isEqualTo(outputs);
      assertThat(loss.fits(outputs.from(1), target, 2)).isTrue();
      assertThat(loss.fits(Shape.of(7, 7, 7), target, 2)).isFalse();
    }
  }

  @Test
  void classWeightsMultiplyTheLossesOfTheirClasses() {
    Value logits = value(Shape.of(3, 2), 1, 2, 3, 4, 5, 7);
    Value labels = value(Shape.of(3), 0, 1, 1);
    double[] plain = new SoftmaxCrossEntropy().of(logits, labels).tensor().toDoubles();
    double[] weighted =
        new SoftmaxCrossEntropy(0, List.of(3.0, 0.5)).of(logits, labels).tensor().toDoubles();

    assertThat(weighted).containsExactly(3 * plain[0], 0.5 * plain[1], 0.5 * plain[2]);
    Value scores = value(Shape.of(3, 1), 1, 2, 3);
    plain = new BinaryCrossEntropy().of(scores, labels).tensor().toDoubles();
    weighted = new BinaryCrossEntropy(0, List.of(3.0, 0.5)).of(scores, labels).tensor().toDoubles();
    assertThat(weighted).containsExactly(3 * plain[0], 0.5 * plain[1], 0.5 * plain[2]);
  }

  @Test
  void aPairThatCoincidesHasAFiniteGradient() {
    Value pairs = value(Shape.of(2, 4), 1, 2, 1, 2, 1, 2, 1, 2);
    Value losses = new Contrastive(1).of(pairs, value(Shape.of(2), 0, 1));

    assertThat(losses.tensor().toDoubles()).containsExactly(0, 0.5 * (1 - 1e-6) * (1 - 1e-6));
    assertThat(Gradients.of(losses, List.of(pairs)).get(0).tensor().toDoubles()).containsOnly(0);
  }

  @Test
  void extremeLogitsGiveFiniteLosses() {
    Value logits = value(Shape.of(2, 2), 1e4, -1e4, -1e4, 1e4);
    Value labels = value(Shape.of(2), 1, 1);

    assertThat(new SoftmaxCrossEntropy(0.1, List.of()).of(logits, labels).tensor().toDoubles())
        .containsExactly(0.9 * 2e4 + 0.1 * 1e4, 0.1 * 1e4);
    Value scores = value(Shape.of(2, 1), 1e4, -1e4);
    assertThat(new BinaryCrossEntropy().of(scores, labels).tensor().toDoubles())
        .containsExactly(0, 1e4);
  }

  @Test
  void aLabelWithoutAWeightIsAnError() {
    Value scores = value(Shape.of(2, 1), 1, 2);
    Value labels = value(Shape.of(2), 0, 2);
    assertThatThrownBy(() -> new BinaryCrossEntropy(0, List.of(1.0, 2.0)).of(scores, labels))
        .isInstanceOf(KernelException.class)
        .hasMessage("lookup expects whole labels in [0, 2), got 2.0 at index 1");
  }

  @Test
  void wrongNumbersAreNamed() {
    assertConfig(() -> new Huber(0), "delta: expects a number above 0, got 0.0");
    assertConfig(() -> new Contrastive(0), "margin: expects a number above 0, got 0.0");
    assertConfig(() -> new Triplet(-1), "margin: expects a number above 0, got -1.0");
    assertConfig(
        () -> new SoftmaxCrossEntropy(1, List.of()),
        "label-smoothing: expects a number in [0, 1), got 1.0");
    assertConfig(
        () -> new SoftmaxCrossEntropy(0, List.of(1.0, -1.0)),
        "class-weights: expects numbers of at least 0, got [1.0, -1.0]");
    assertConfig(
        () -> new BinaryCrossEntropy(0, List.of(1.0)),
        "class-weights: expects 2 numbers, one a class, got 1");
    assertConfig(
        () -> new SoftmaxCrossEntropy(0, List.of(1.0, 1.0)).fits(Shape.of(3), Shape.of(), 3),
        "class-weights: expects 3 numbers, one a class, got 2");
  }

  @Test
  void lossesOfClassesSayHowManyTheyTake() {
    assertConfig(
        () -> new Hinge().outputs(Shape.of(), 3),
        "hinge expects 2 classes, got 3; use multi-class-hinge");
    assertConfig(
        () -> new MultiClassHinge(1).outputs(Shape.of(), 1),
        "multi-class-hinge expects at least 2 classes, got 1");
    assertConfig(
        () -> new KlDivergence().outputs(Shape.of(), 1),
        "kl-divergence expects targets [n, ..., classes], got one number a sample");
  }

  @Test
  void outputsThatDoNotFitAreNamed() {
    ShapesOnly engine = new ShapesOnly();
    Value targets = engine.leaf(Shape.of(3));
    assertThatThrownBy(() -> new Huber(1).of(engine.leaf(Shape.of(3, 2)), targets))
        .isInstanceOf(ShapeException.class)
        .hasMessage("huber expects as many outputs as targets [3], got [3, 2]");
    assertThatThrownBy(() -> new Triplet(1).of(engine.leaf(Shape.of(3, 4)), targets))
        .isInstanceOf(ShapeException.class)
        .hasMessage("triplet expects outputs [n, 3, features], got [3, 4]");
  }

  private static void assertConfig(Runnable code, String message) {
    assertThatThrownBy(code::run).isInstanceOf(ConfigException.class).hasMessage(message);
  }
}
