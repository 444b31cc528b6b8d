package io.sparrowml.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Abs;
import io.sparrowml.op.Add;
import io.sparrowml.op.Argmax;
import io.sparrowml.op.AttentionSoftmax;
import io.sparrowml.op.AveragePool2d;
import io.sparrowml.op.AveragePool2dGradient;
import io.sparrowml.op.BatchMean;
import io.sparrowml.op.BatchMoments;
import io.sparrowml.op.BatchNormalize;
import io.sparrowml.op.BatchNormalizeInputGradient;
import io.sparrowml.op.BatchStatistics;
import io.sparrowml.op.BatchSums;
import io.sparrowml.op.BatchVariance;
import io.sparrowml.op.BroadcastTo;
import io.sparrowml.op.Clip;
import io.sparrowml.op.Concat;
import io.sparrowml.op.Conv2d;
import io.sparrowml.op.Conv2dInputGradient;
import io.sparrowml.op.Conv2dKernelGradient;
import io.sparrowml.op.Divide;
import io.sparrowml.op.DropoutMask;
import io.sparrowml.op.Elu;
import io.sparrowml.op.EluDerivative;
import io.sparrowml.op.Engine;
import io.sparrowml.op.Equal;
import io.sparrowml.op.Exp;
import io.sparrowml.op.Full;
import io.sparrowml.op.Gather;
import io.sparrowml.op.Gaussian;
import io.sparrowml.op.Gelu;
import io.sparrowml.op.GeluDerivative;
import io.sparrowml.op.Greater;
import io.sparrowml.op.GreaterOrEqual;
import io.sparrowml.op.GroupNormalize;
import io.sparrowml.op.GroupNormalizeInputGradient;
import io.sparrowml.op.GroupNormalizeScaleGradient;
import io.sparrowml.op.Grouping;
import io.sparrowml.op.GruScan;
import io.sparrowml.op.GruScanGradient;
import io.sparrowml.op.InverseRoot;
import io.sparrowml.op.LeakyRelu;
import io.sparrowml.op.LeakyReluGradient;
import io.sparrowml.op.Log;
import io.sparrowml.op.LogSoftmax;
import io.sparrowml.op.Lookup;
import io.sparrowml.op.LstmScan;
import io.sparrowml.op.LstmScanGradient;
import io.sparrowml.op.MatMul;
import io.sparrowml.op.MaxPool2d;
import io.sparrowml.op.MaxPool2dGradient;
import io.sparrowml.op.MaxPool2dSelect;
import io.sparrowml.op.MaxTo;
import io.sparrowml.op.Maximum;
import io.sparrowml.op.MergeBatchMoments;
import io.sparrowml.op.MergeBatchSums;
import io.sparrowml.op.Minimum;
import io.sparrowml.op.Multiply;
import io.sparrowml.op.OneHot;
import io.sparrowml.op.Op;
import io.sparrowml.op.Pad;
import io.sparrowml.op.Pow;
import io.sparrowml.op.Reshape;
import io.sparrowml.op.Reverse;
import io.sparrowml.op.Scale;
import io.sparrowml.op.ScatterRows;
import io.sparrowml.op.Shift;
import io.sparrowml.op.Sigmoid;
import io.sparrowml.op.Sign;
import io.sparrowml.op.SinusoidalPositions;
import io.sparrowml.op.Slice;
import io.sparrowml.op.Softmax;
import io.sparrowml.op.SoftmaxCrossEntropy;
import io.sparrowml.op.SoftmaxGradient;
import io.sparrowml.op.Softplus;
import io.sparrowml.op.Sqrt;
import io.sparrowml.op.Square;
import io.sparrowml.op.Subtract;
import io.sparrowml.op.SumTo;
import io.sparrowml.op.Tanh;
import io.sparrowml.op.Transpose;
import io.sparrowml.op.Value;
import io.sparrowml.op.Where;
import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomDraw;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.StepRandom;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import io.sparrowml.train.GradientCheck;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OperationGradientsTest {
  /** Have no gradient: what they give does not depend smoothly on what they take. */
  private static final Set<Class<? extends Op>> FLAT =
      Set.of(
          Full.class,
          SinusoidalPositions.class,
          OneHot.class,
          DropoutMask.class,
          Gaussian.class,
          Sign.class,
          Argmax.class,
          Lookup.class,
          Greater.class,
          GreaterOrEqual.class,
          Equal.class);

  /** What training observes beside the loss, which does not depend on it. */
  private static final Set<Class<? extends Op>> OBSERVED =
      Set.of(BatchMean.class, BatchVariance.class);

  /** Can be differentiated once at most. */
  private static final Set<Class<? extends Op>> ONCE =
      Set.of(
          BatchMoments.class,
          MergeBatchMoments.class,
          BatchNormalize.class,
          BatchSums.class,
          MergeBatchSums.class,
          BatchNormalizeInputGradient.class,
          LstmScan.class,
          LstmScanGradient.class,
          GruScan.class,
          GruScanGradient.class);

  /** The operation that a case checks, as long as the case is among those that run. */
  private static final Map<GradientCheck, Class<? extends Op>> OPERATIONS = new HashMap<>();

  /** All operations of a function and of its gradient. */
  private static final Map<GradientCheck, Set<Class<?>>> TRACES = new HashMap<>();

  private static final Convolution SIDE_BY_SIDE =
      new Convolution(Window.valid(2, 1, 1), Window.valid(2, 1, 1), 1);

  private static final Convolution UNEVEN =
      new Convolution(Window.same(4, 3, 2, 1), new Window(2, 1, 2, 0, 1), 2);

  private static final Window OVERLAPPING = new Window(3, 2, 1, 1, 0);

  private static final Window TWO = Window.valid(2, 2, 1);

  private static final List<GradientCheck> CASES =
      List.of(
          one(new Scale(-2.5)),
          one(new Shift(3)),
          one(new Exp()),
          one(new Log()).positive(0),
          one(new Square()),
          one(new Sigmoid()),
          one(new Tanh()),
          one(new Softplus()),
          one(new LeakyRelu(0.1)),
          one(new Gelu()),
          one(new GeluDerivative()),
          one(new Elu(0.7)),
          one(new EluDerivative(0.7)),
          one(new Pow(2.5)).positive(0),
          one(new Pow(-1)).positive(0),
          one(new Sqrt()).positive(0),
          one(new Abs()),
          one(new Clip(-0.5, 0.8)),
          one(new LogSoftmax()),
          one(new MaxTo(Shape.of(3, 1))),
          one(new MaxTo(Shape.of(4))),
          one(new Softmax()),
          one(new Reshape(Shape.of(4, 3))),
          one(new SumTo(Shape.of(1, 4))),
          one(new SumTo(Shape.of(4))),
          one(new SumTo(Shape.of())),
          of(new BroadcastTo(Shape.of(2, 3, 4)), Shape.of(3, 1)),
          of(new Add(), Shape.of(3, 4), Shape.of(4)),
          of(new Subtract(), Shape.of(3, 1), Shape.of(2, 1, 4)),
          of(new Multiply(), Shape.of(3, 4), Shape.of(3, 1)),
          of(new Divide(), Shape.of(3, 4), Shape.of(1, 4)).positive(1),
          of(new Maximum(), Shape.of(3, 4), Shape.of(4)),
          of(new Minimum(), Shape.of(3, 1), Shape.of(3, 4)),
          of(new Where(), Shape.of(2, 3), Shape.of(2, 3), Shape.of(2, 3))
              .constant(0, 1, 0, 0, 2, -1, 0),
          of(new LeakyReluGradient(0.1), Shape.of(3, 4), Shape.of(3, 4)).flat(0),
          of(new MatMul(false, false), Shape.of(3, 4), Shape.of(4, 2)),
          of(new MatMul(true, false), Shape.of(4, 3), Shape.of(4, 2)),
          of(new MatMul(false, true), Shape.of(3, 4), Shape.of(2, 4)),
          of(new MatMul(true, true), Shape.of(4, 3), Shape.of(2, 4)),
          of(new MatMul(false, true), Shape.of(2, 3, 4), Shape.of(2, 2, 4)),
          of(new MatMul(true, false), Shape.of(2, 1, 4, 3), Shape.of(2, 1, 4, 2)),
          of(new AttentionSoftmax(0.5, false), Shape.of(2, 3, 4), Shape.of(2, 4))
              .constant(1, 1, 0, 1, 1, 0, 0, 0, 0),
          of(new AttentionSoftmax(2, true), Shape.of(2, 1, 3, 3)),
          of(new SoftmaxGradient(1.5), Shape.of(3, 4), Shape.of(3, 4)),
          of(new Transpose(List.of(2, 0, 1)), Shape.of(2, 3, 4)),
          of(new Slice(List.of(1, 0), List.of(3, 4)), Shape.of(3, 4)),
          of(new Slice(List.of(0, 1), List.of(3, 6), List.of(1, 2)), Shape.of(3, 7)),
          of(new Pad(List.of(1, 0), List.of(0, 2), List.of(0, 1), 0.5), Shape.of(2, 3)),
          of(new Concat(1), Shape.of(2, 1, 3), Shape.of(2, 2, 3), Shape.of(2, 3, 3)),
          of(new Reverse(1), Shape.of(2, 3, 2)),
          of(new Gather(), Shape.of(4, 3), Shape.of(2, 3)).constant(1, 0, 3, 3, 1, 3, 0),
          of(new ScatterRows(4), Shape.of(5), Shape.of(5, 2)).constant(0, 2, 2, 0, 3, 2),
          of(new Conv2d(SIDE_BY_SIDE), Shape.of(2, 3, 3, 2), Shape.of(2, 2, 2, 3)),
          of(new Conv2d(UNEVEN), Shape.of(2, 4, 3, 4), Shape.of(3, 2, 2, 6)),
          of(
              new Conv2dInputGradient(SIDE_BY_SIDE, 3, 3),
              Shape.of(2, 2, 2, 3),
              Shape.of(2, 2, 2, 3)),
          of(new Conv2dInputGradient(UNEVEN, 4, 3), Shape.of(2, 2, 2, 6), Shape.of(3, 2, 2, 6)),
          of(new Conv2dKernelGradient(SIDE_BY_SIDE), Shape.of(2, 3, 3, 2), Shape.of(2, 2, 2, 3)),
          of(new Conv2dKernelGradient(UNEVEN), Shape.of(2, 4, 3, 4), Shape.of(2, 2, 2, 6)),
          of(new MaxPool2d(OVERLAPPING, TWO), Shape.of(2, 4, 4, 3)),
          of(new MaxPool2dGradient(OVERLAPPING, TWO), Shape.of(2, 4, 4, 3), Shape.of(2, 2, 2, 3))
              .flat(0),
          of(new MaxPool2dSelect(OVERLAPPING, TWO), Shape.of(2, 4, 4, 3), Shape.of(2, 4, 4, 3))
              .flat(0),
          of(new AveragePool2d(OVERLAPPING, TWO), Shape.of(2, 4, 4, 3)),
          of(new AveragePool2dGradient(OVERLAPPING, TWO, 4, 4), Shape.of(2, 2, 2, 3)),
          one(new InverseRoot(0.1)).positive(0),
          of(
              new GroupNormalize(new Grouping(-1, 1, 0.1)),
              Shape.of(3, 5),
              Shape.of(5),
              Shape.of(5)),
          of(new GroupNormalize(new Grouping(1, 2, 0.1)), Shape.of(2, 3, 4)),
          of(
              new GroupNormalizeInputGradient(new Grouping(1, 2, 0.1)),
              Shape.of(2, 3, 4),
              Shape.of(2, 3, 4),
              Shape.of(4)),
          of(
              new GroupNormalizeInputGradient(new Grouping(1, 1, 0.1)),
              Shape.of(3, 4),
              Shape.of(3, 4)),
          of(
              new GroupNormalizeScaleGradient(new Grouping(1, 2, 0.1)),
              Shape.of(2, 3, 4),
              Shape.of(2, 3, 4)),
          of(new SoftmaxCrossEntropy(), Shape.of(3, 4), Shape.of(3)).constant(1, 0, 3, 1));

  /** Parts of batch normalization, whose gradients have none. */
  private static final List<GradientCheck> FIRST_ORDER =
      List.of(
          batchNormalization("scaled", Shape.of(2, 3, 4), Shape.of(4), Shape.of(4)),
          batchNormalization("alone", Shape.of(5, 2)));

  private static GradientCheck batchNormalization(String name, Shape... shapes) {
    BatchStatistics local = new BatchStatistics.Local();
    return traced(
        "batch normalization " + name,
        in -> {
          Engine engine = in.get(0).engine();
          Value own = engine.apply(new BatchMoments(), List.of(in.get(0)));
          List<Value> inputs = new ArrayList<>(in);
          inputs.add(1, engine.apply(new MergeBatchMoments(local, "1"), List.of(own)));
          return engine.apply(new BatchNormalize(0.1, local, "1"), inputs);
        },
        shapes);
  }

  /** Scans over sequences, which can be differentiated once. */
  private static final List<GradientCheck> SCANS =
      List.of(
          scan(new LstmScan(false), Shape.of(3, 2, 8), Shape.of(2, 8)),
          scan(new LstmScan(true), Shape.of(3, 2, 12), Shape.of(3, 12), Shape.of(3, 2))
              .constant(2, 1, 1, 0, 1, 1, 0),
          scan(new GruScan(false), Shape.of(3, 2, 6), Shape.of(2, 6), Shape.of(2)),
          scan(new GruScan(true), Shape.of(3, 2, 9), Shape.of(3, 9), Shape.of(3), Shape.of(3, 2))
              .constant(3, 1, 1, 0, 1, 1, 0));

  private static GradientCheck scan(Op op, Shape... shapes) {
    return traced(op.toString(), in -> in.get(0).engine().apply(op, in), shapes);
  }

  private static GradientCheck one(Op op) {
    return of(op, Shape.of(3, 4));
  }

  private static GradientCheck of(Op op, Shape... shapes) {
    GradientCheck check = GradientCheck.of(op, shapes);
    OPERATIONS.put(check, op.getClass());
    return check;
  }

  private static GradientCheck traced(
      String name, Function<List<Value>, Value> function, Shape... shapes) {
    GradientCheck check = GradientCheck.of(name, function, shapes);
    ShapesOnly engine = new ShapesOnly();
    List<Value> inputs = Stream.of(shapes).map(engine::leaf).toList();
    Value y = function.apply(inputs);
    Set<Class<?>> trace = new HashSet<>();
    Deque<Value> open = new ArrayDeque<>(Gradients.of(y, inputs));
    open.push(y);
    while (!open.isEmpty()) {
      Value value = open.pop();
      if (value.op() != null) {
        trace.add(value.op().getClass());
      }
      value.inputs().forEach(open::push);
    }
    TRACES.put(check, trace);
    return check;
  }

  static Stream<GradientCheck> casesOfSecondOrder() {
    return CASES.stream();
  }

  static Stream<GradientCheck> allCases() {
    return Stream.of(CASES, FIRST_ORDER, SCANS).flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("allCases")
  void gradientsAreThoseOfFiniteDifferences(GradientCheck each) {
    each.check();
  }

  @ParameterizedTest
  @MethodSource("casesOfSecondOrder")
  void gradientsOfGradientsAreThoseOfFiniteDifferences(GradientCheck each) {
    each.checkSecondOrder();
  }

  @Test
  void batchNormalizationSaysThatItIsDifferentiatedOnce() {
    assertThatThrownBy(() -> FIRST_ORDER.get(0).checkSecondOrder())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "batch normalization expects to be differentiated once, got a gradient of batch"
                + " normalize input gradient; use layer-norm or group-norm for gradients of"
                + " gradients");
  }

  @Test
  void scansSayThatTheyAreDifferentiatedOnce() {
    assertThatThrownBy(() -> SCANS.get(0).checkSecondOrder())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("lstm scan expects to be differentiated once, got a gradient of its gradient");
    assertThatThrownBy(() -> SCANS.get(2).checkSecondOrder())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("gru scan expects to be differentiated once, got a gradient of its gradient");
  }

  @Test
  void everyOperationHasACase() {
    Set<Class<?>> operations =
        new ClassFileImporter()
            .importPackages("io.sparrowml.op").stream()
                .filter(type -> type.isAssignableTo(Op.class) && !type.isInterface())
                .map(JavaClass::reflect)
                .filter(type -> !FLAT.contains(type) && !OBSERVED.contains(type))
                .collect(Collectors.toSet());

    Set<Class<?>> twice =
        casesOfSecondOrder().map(OPERATIONS::get).collect(Collectors.toCollection(HashSet::new));
    assertThat(twice).doesNotContainAnyElementsOf(ONCE).hasSizeGreaterThan(50);
    twice.addAll(ONCE);
    assertThat(twice).isEqualTo(operations);
  }

  @Test
  void whatCanBeDifferentiatedOnceIsPartOfACase() {
    Set<Class<?>> once =
        Stream.of(FIRST_ORDER, SCANS)
            .flatMap(List::stream)
            .flatMap(check -> TRACES.getOrDefault(check, Set.of()).stream())
            .collect(Collectors.toSet());

    assertThat(once).containsAll(ONCE);
  }

  @Test
  void flatOperationsHaveNoGradient() {
    RandomDraw draw = new StepRandom(RandomKey.of(1)).draw("", "mask");
    GradientCheck check =
        traced(
                "what flat operations give multiplies as a constant",
                in -> {
                  Value x = in.get(0);
                  Engine engine = x.engine();
                  Value mask = engine.apply(new DropoutMask(0.5, draw), List.of(x));
                  Value channels = engine.apply(new DropoutMask(0.5, draw, true), List.of(x));
                  Value noise = engine.apply(new Gaussian(draw), List.of(x));
                  Value waves =
                      engine.apply(
                          new SinusoidalPositions(), List.of(x.reshape(Shape.of(1, 3, 4))));
                  Value hot = engine.apply(new OneHot(4), List.of(in.get(1)));
                  Value compared = x.greater(hot).add(x.greaterOrEqual(hot)).add(x.equalTo(hot));
                  Lookup table = new Lookup(List.of(1.0, 2.0, 5.0, 7.0));
                  Value places = engine.apply(table, List.of(x.argmax())).reshape(Shape.of(3, 1));
                  return x.multiply(mask.add(channels).add(noise).add(waves))
                      .multiply(x.sign())
                      .multiply(compared)
                      .multiply(places)
                      .add(hot);
                },
                Shape.of(3, 4),
                Shape.of(3))
            .constant(1, 2, 0, 3);

    check.check();

    assertThat(TRACES.get(check)).containsAll(FLAT);
  }

  @Test
  void equalsShareTheGradientEvenly() {
    assertThat(gradients(in -> in.maxTo(Shape.of()), 1, 3, 3, 2, 3))
        .containsExactly(0, 1 / 3.0, 1 / 3.0, 0, 1 / 3.0);
    assertThat(gradients(in -> in.maximum(in.engine().full(in, 1)), 0, 1, 2))
        .containsExactly(0, 0.5, 1);
    assertThat(gradients(in -> in.minimum(in.engine().full(in, 1)), 0, 1, 2))
        .containsExactly(1, 0.5, 0);
    assertThat(gradients(in -> in.clip(0, 1), -1, 0, 0.5, 1, 2)).containsExactly(0, 1, 1, 1, 0);
    assertThat(gradients(Value::abs, -1, 0, 2)).containsExactly(-1, 0, 1);
    assertThat(gradients(in -> in.elu(0.5), -1e9, 0, 2)).containsExactly(0, 0.5, 1);
  }

  private static double[] gradients(Function<Value, Value> function, double... numbers) {
    try (Arena arena = Arena.root("gradients", 1 << 20);
        PlainKernels kernels = new PlainKernels()) {
      Eager eager = Eager.recording(kernels, arena);
      Tensor tensor = eager.allocate(DType.FLOAT64, Shape.of(numbers.length)).set(numbers);
      Value x = eager.leaf(tensor);
      return Gradients.of(function.apply(x), List.of(x)).get(0).tensor().toDoubles();
    }
  }

  @Test
  void shapesThatDoNotFitAreNamed() {
    ShapesOnly engine = new ShapesOnly();
    Value x = engine.leaf(Shape.of(2, 3));
    Value y = engine.leaf(Shape.of(3));

    assertThatThrownBy(() -> engine.apply(new Where(), List.of(x, y, x)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("where expects three values of one shape, got [2, 3], [3] and [2, 3]");
    assertThatThrownBy(() -> x.maxTo(Shape.of(2)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("max expects a shape that [2] broadcasts to, got [2, 3]");
    assertThatThrownBy(() -> engine.leaf(Shape.of()).argmax())
        .isInstanceOf(ShapeException.class)
        .hasMessage("argmax expects [..., classes], got []");
    assertThatThrownBy(() -> engine.leaf(Shape.of()).logSoftmax())
        .isInstanceOf(ShapeException.class)
        .hasMessage("log softmax expects [..., classes], got []");
    assertThat(x.where(y, x).shape()).isEqualTo(Shape.of(2, 3));
    assertThat(x.meanTo(Shape.of(2, 1)).shape()).isEqualTo(Shape.of(2, 1));
    assertThat(engine.leaf(Shape.of(2, 5, 4, 3)).argmax().shape()).isEqualTo(Shape.of(2, 5, 4));
  }
}
