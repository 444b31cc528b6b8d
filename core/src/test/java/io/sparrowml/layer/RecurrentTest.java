package io.sparrowml.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.config.ConfigException;
import io.sparrowml.initializer.Constant;
import io.sparrowml.initializer.Initializer;
import io.sparrowml.initializer.Orthogonal;
import io.sparrowml.initializer.XavierUniform;
import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.GruScan;
import io.sparrowml.op.LstmScan;
import io.sparrowml.op.Op;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.GradientCheck;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecurrentTest {
  private final ShapesOnly engine = new ShapesOnly();

  /** The parameters that a layer asks for, by name. */
  private Map<String, Parameter> parameters(Layer layer, Shape input) {
    Map<String, Parameter> all = new LinkedHashMap<>();
    layer.apply(engine.leaf(input), collecting(all));
    return all;
  }

  private Parameters collecting(Map<String, Parameter> all) {
    return Parameters.inference(
        parameter -> {
          all.put(parameter.path(), parameter);
          return engine.leaf(parameter.shape());
        });
  }

  private Shape output(Layer layer, Shape input) {
    return layer.apply(engine.leaf(input), collecting(new LinkedHashMap<>())).shape();
  }

  @Test
  void outputsAreOfTheLastStepOrOfAll() {
    Shape input = Shape.of(2, 7, 3);
    assertThat(output(new Lstm(5), input)).isEqualTo(Shape.of(2, 5));
    assertThat(output(new Lstm(5, true, false), input)).isEqualTo(Shape.of(2, 7, 5));
    assertThat(output(new Gru(5, false, true), input)).isEqualTo(Shape.of(2, 10));
    assertThat(output(new Gru(5, true, true), input)).isEqualTo(Shape.of(2, 7, 10));
  }

  @Test
  void parametersAreNamedByDirection() {
    Shape input = Shape.of(2, 7, 3);
    assertThat(parameters(new Lstm(5), input))
        .containsOnlyKeys("kernel", "recurrent-kernel", "bias");
    Map<String, Parameter> both = parameters(new Gru(5, true, true), input);
    assertThat(both)
        .containsOnlyKeys(
            "forward/kernel",
            "forward/recurrent-kernel",
            "forward/bias",
            "forward/recurrent-bias",
            "backward/kernel",
            "backward/recurrent-kernel",
            "backward/bias",
            "backward/recurrent-bias");
    assertThat(both.values().stream().map(Parameter::shape).limit(4))
        .containsExactly(Shape.of(3, 15), Shape.of(5, 15), Shape.of(15), Shape.of(5));
  }

  @Test
  void theForgetGatesBiasStartsHigher() {
    Initializer zeros =
        Objects.requireNonNull(parameters(new Lstm(2), Shape.of(1, 1, 1)).get("bias"))
            .initializer();
    Lstm other =
        new Lstm(2, false, false, new XavierUniform(), new Orthogonal(), new Constant(0.25), 0.5);
    Initializer quarters =
        Objects.requireNonNull(parameters(other, Shape.of(1, 1, 1)).get("bias")).initializer();
    try (Arena arena = Arena.root("bias", 1 << 20)) {
      Tensor bias = Tensor.allocate(arena, DType.FLOAT32, Shape.of(8));
      zeros.fill(bias, RandomKey.of(1));
      assertThat(bias.toFloats()).containsExactly(0, 0, 1, 1, 0, 0, 0, 0);
      quarters.fill(bias, RandomKey.of(1));
      assertThat(bias.toFloats())
          .containsExactly(0.25f, 0.25f, 0.75f, 0.75f, 0.25f, 0.25f, 0.25f, 0.25f);
    }
  }

  @Test
  void theMaskGoesOnWithAllStepsAndEndsWithTheLast() {
    Value mask = engine.leaf(Shape.of(2, 7));
    for (boolean all : new boolean[] {true, false}) {
      for (Layer layer : List.of(new Lstm(5, all, true), new Gru(5, all, false))) {
        Parameters p = collecting(new LinkedHashMap<>());
        p.setMask(mask);
        layer.apply(engine.leaf(Shape.of(2, 7, 3)), p);
        assertThat(p.mask()).isSameAs(all ? mask : null);
      }
    }
  }

  static Stream<GradientCheck> masked() {
    return Stream.of(
            new Lstm(2, false, true),
            new Lstm(2, true, true),
            new Gru(2, false, true),
            new Gru(2, true, true))
        .map(RecurrentTest::masked);
  }

  /** A layer over sequences, one of them without a real step and one with a gap. */
  private static GradientCheck masked(Layer layer) {
    Map<String, Parameter> parameters = new RecurrentTest().parameters(layer, Shape.of(4, 3, 2));
    List<Shape> shapes = new ArrayList<>(List.of(Shape.of(4, 3), Shape.of(4, 3, 2)));
    parameters.values().forEach(parameter -> shapes.add(parameter.shape()));
    return GradientCheck.of(
            "masked " + layer,
            values -> {
              Iterator<Value> given = values.subList(2, values.size()).iterator();
              Parameters p = Parameters.training(parameter -> given.next(), RandomKey.of(3));
              p.setMask(values.get(0));
              return layer.apply(values.get(1), p);
            },
            shapes.toArray(Shape[]::new))
        .constant(0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 1);
  }

  @ParameterizedTest
  @MethodSource("masked")
  void gradientsPastMaskedStepsAreThoseOfFiniteDifferences(GradientCheck each) {
    each.check();
  }

  @Test
  void aSequenceEndsWithItsLastRealStep() {
    try (Arena arena = Arena.root("test", 1 << 24);
        PlainKernels kernels = new PlainKernels()) {
      Eager eager = Eager.forgetting(kernels, arena);
      Parameters.Source source =
          parameter -> {
            Tensor tensor = eager.allocate(DType.FLOAT64, parameter.shape());
            parameter.initializer().fill(tensor, RandomKey.of(1).with(parameter.path()));
            return eager.leaf(tensor);
          };
      double[] numbers = {0.5, -1, 2, 1, 0.25, -0.5, 7, 7};
      Value x = eager.leaf(eager.allocate(DType.FLOAT64, Shape.of(1, 4, 2)).set(numbers));
      Value mask = eager.leaf(eager.allocate(DType.FLOAT64, Shape.of(1, 4)).set(1, 1, 1, 0));
      for (Layer layer : List.of(new Lstm(3, false, true), new Gru(3, false, true))) {
        Parameters p = Parameters.inference(source);
        p.setMask(mask);
        double[] padded = layer.apply(x, p).tensor().toDoubles();
        double[] shorter =
            layer.apply(x.slice(1, 0, 3), Parameters.inference(source)).tensor().toDoubles();
        assertThat(padded).containsExactly(shorter).doesNotContain(0);
      }
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> new Lstm(0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("units: expects at least 1, got 0");
    assertThatThrownBy(() -> new Gru(-1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("units: expects at least 1, got -1");
    assertThatThrownBy(() -> output(new Lstm(2), Shape.of(3, 4)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("lstm expects [n, t, features] with steps, got [3, 4]");
    assertThatThrownBy(() -> output(new Gru(2), Shape.of(3, 0, 4)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("gru expects [n, t, features] with steps, got [3, 0, 4]");
    assertRefused(
        new LstmScan(false),
        "lstm scan expects [t, n, 4 units], [units, 4 units], got [[5, 2, 8], [3, 12]]",
        Shape.of(5, 2, 8),
        Shape.of(3, 12));
    assertRefused(
        new LstmScan(true),
        "lstm scan expects [t, n, 4 units], [units, 4 units] and [t, n],"
            + " got [[5, 2, 8], [2, 8], [2, 5]]",
        Shape.of(5, 2, 8),
        Shape.of(2, 8),
        Shape.of(2, 5));
    assertRefused(
        new GruScan(false),
        "gru scan expects [t, n, 3 units], [units, 3 units], [units],"
            + " got [[5, 2, 6], [2, 6], [6]]",
        Shape.of(5, 2, 6),
        Shape.of(2, 6),
        Shape.of(6));
  }

  private static void assertRefused(Op op, String message, Shape... inputs) {
    assertThatThrownBy(() -> op.infer(List.of(inputs)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(message);
  }
}
