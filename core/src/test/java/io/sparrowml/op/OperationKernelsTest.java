package io.sparrowml.op;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.sparrowml.kernel.Binary;
import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.OneDnnKernels;
import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.kernel.Recurrence;
import io.sparrowml.kernel.Step;
import io.sparrowml.kernel.Unary;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomDraw;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.StepRandom;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation gives with oneDNN what it gives with the plain kernels, over odd sizes. */
@Tag("onednn")
class OperationKernelsTest {
  private static final int[] SIZES = {1, 3, 7, 17, 31, 33};

  private static final double TOLERANCE = 2e-5;

  /** An input of an operation: its shape, and what its numbers are. */
  private record Input(Shape shape, DoubleUnaryOperator change, int below) {
    static Input normal(int... dims) {
      return new Input(Shape.of(dims), x -> x, 0);
    }

    static Input positive(int... dims) {
      return new Input(Shape.of(dims), x -> 0.5 + Math.abs(x), 0);
    }

    /** Small enough that rounding does not grow over the steps of a sequence. */
    static Input small(int... dims) {
      return new Input(Shape.of(dims), x -> 0.1 * x, 0);
    }

    /** Whole numbers from 0. */
    static Input labels(int below, int... dims) {
      return new Input(Shape.of(dims), x -> x, below);
    }

    static Input mask(int... dims) {
      return labels(2, dims);
    }

    double[] numbers(long seed) {
      double[] numbers = new double[Math.toIntExact(shape.size())];
      RandomKey key = RandomKey.of(seed);
      IntUnaryOperator label = i -> key.below(i, below);
      Arrays.setAll(
          numbers, i -> below > 0 ? label.applyAsInt(i) : change.applyAsDouble(key.normal(i)));
      return numbers;
    }
  }

  /** An operation with inputs that fit it. */
  private record Case(Op op, List<Input> inputs) {
    List<Tensor> tensors(Arena arena) {
      List<Tensor> tensors = new ArrayList<>();
      for (Input input : inputs) {
        Tensor tensor = Tensor.allocate(arena, DType.FLOAT32, input.shape);
        tensors.add(tensor.set(input.numbers(tensors.size())));
      }
      return tensors;
    }

    /** Of the result. */
    Shape shape() {
      return op.infer(inputs.stream().map(Input::shape).toList());
    }

    @Override
    public String toString() {
      return op + " of " + inputs.stream().map(Input::shape).toList();
    }
  }

  private static Case of(Op op, Input... inputs) {
    return new Case(op, List.of(inputs));
  }

  private static Case one(Op op, int n, int m) {
    return of(op, Input.normal(n, m));
  }

  /** All operations, for rows from 0 and an odd number of columns. */
  private static Stream<Case> cases(int n, int m) {
    return Stream.of(
            elementwise(n, m),
            shapes(n, m),
            choices(n, m),
            matrices(n, m),
            images(n, m),
            normalization(n, m),
            sequences(n, m))
        .flatMap(List::stream);
  }

  private static List<Case> elementwise(int n, int m) {
    return List.of(
        one(new Scale(-2.5), n, m),
        one(new Shift(3), n, m),
        one(new Exp(), n, m),
        of(new Log(), Input.positive(n, m)),
        one(new Square(), n, m),
        one(new Sigmoid(), n, m),
        one(new Tanh(), n, m),
        one(new Softplus(), n, m),
        one(new LeakyRelu(0), n, m),
        one(new LeakyRelu(0.1), n, m),
        one(new Gelu(), n, m),
        one(new GeluDerivative(), n, m),
        one(new Elu(0.7), n, m),
        one(new EluDerivative(0.7), n, m),
        of(new Pow(2.5), Input.positive(n, m)),
        of(new Sqrt(), Input.positive(n, m)),
        of(new InverseRoot(0.1), Input.positive(n, m)),
        one(new Abs(), n, m),
        one(new Sign(), n, m),
        one(new Clip(-0.5, 0.8), n, m),
        of(new Add(), Input.normal(n, m), Input.normal(m)),
        of(new Subtract(), Input.normal(n, 1), Input.normal(3, 1, m)),
        of(new Multiply(), Input.normal(n, m), Input.normal(n, 1)),
        of(new Divide(), Input.normal(n, m), Input.positive(1, m)),
        of(new Maximum(), Input.normal(n, m), Input.normal(m)),
        of(new Minimum(), Input.normal(n, 1), Input.normal(n, m)),
        of(new Greater(), Input.normal(n, m), Input.normal(m)),
        of(new GreaterOrEqual(), Input.normal(n, m), Input.normal(n, m)),
        of(new Equal(), Input.labels(3, n, m), Input.labels(3, m)),
        of(new LeakyReluGradient(0.1), Input.normal(n, m), Input.normal(n, m)));
  }

  private static List<Case> shapes(int n, int m) {
    return List.of(
        of(new Full(Shape.of(n, m), 0.3)),
        of(new SinusoidalPositions(), Input.normal(2, n, m)),
        one(new Reshape(Shape.of(m, n)), n, m),
        of(new BroadcastTo(Shape.of(3, n, m)), Input.normal(n, 1)),
        one(new SumTo(Shape.of(n, 1)), n, m),
        one(new SumTo(Shape.of(m)), n, m),
        one(new SumTo(Shape.of()), n, m),
        of(new Transpose(List.of(2, 0, 1)), Input.normal(n, 3, m)),
        of(new Slice(List.of(0, 0, 0), List.of(n, m, 3), List.of(1, 2, 2)), Input.normal(n, m, 3)),
        of(new Pad(List.of(1, 0), List.of(0, 2), List.of(1, 2), 0.5), Input.normal(n, m)),
        of(new Concat(1), Input.normal(n, m, 3), Input.normal(n, 1, 3), Input.normal(n, 7, 3)),
        of(new Reverse(1), Input.normal(n, m, 3)));
  }

  private static List<Case> choices(int n, int m) {
    RandomDraw draw = new StepRandom(RandomKey.of(1)).draw("3", "noise");
    return List.of(
        one(new DropoutMask(0.3, draw), n, m),
        of(new DropoutMask(0.3, draw, true), Input.normal(n, 3, m)),
        one(new Gaussian(draw), n, m),
        of(new Where(), Input.mask(n, m), Input.normal(n, m), Input.normal(n, m)),
        one(new Argmax(), n, m),
        one(new MaxTo(Shape.of(n, 1)), n, m),
        one(new MaxTo(Shape.of(m)), n, m),
        of(new OneHot(m), Input.labels(m, n)),
        of(new Lookup(List.of(0.5, 2.0, -1.0)), Input.labels(3, n, m)),
        of(new Gather(), Input.normal(5, m), Input.labels(5, n)),
        of(new ScatterRows(5), Input.labels(5, n), Input.normal(n, m)),
        one(new Softmax(), n, m),
        one(new LogSoftmax(), n, m),
        of(new SoftmaxGradient(1.5), Input.small(n, m), Input.normal(n, m)),
        of(new SoftmaxCrossEntropy(), Input.normal(n, m), Input.labels(m, n)),
        of(new AttentionSoftmax(0.5, false), Input.normal(n, 3, 7, m), Input.mask(n, m)),
        of(new AttentionSoftmax(0.5, true), Input.normal(n, 2, m, m)));
  }

  private static List<Case> matrices(int n, int m) {
    List<Case> cases = new ArrayList<>();
    for (boolean a : new boolean[] {false, true}) {
      for (boolean b : new boolean[] {false, true}) {
        MatMul product = new MatMul(a, b);
        cases.add(
            of(
                product,
                a ? Input.normal(m, n) : Input.normal(n, m),
                b ? Input.normal(5, m) : Input.normal(m, 5)));
        cases.add(
            of(
                product,
                a ? Input.normal(2, 3, m, n) : Input.normal(2, 3, n, m),
                b ? Input.normal(2, 3, 7, m) : Input.normal(2, 3, m, 7)));
      }
    }
    return cases;
  }

  private static List<Case> images(int n, int m) {
    List<Case> cases = new ArrayList<>();
    Window three = Window.same(5, 3, 2, 1);
    Window flat = Window.valid(1, 1, 1);
    Window same = Window.same(m, 3, 1, 1);
    for (Convolution how :
        List.of(
            new Convolution(Window.valid(2, 1, 2), three, 1),
            new Convolution(three, Window.valid(2, 1, 2), 2),
            new Convolution(three, three, 6))) {
      int channels = 6;
      int filters = 2 * how.groups() * (m % 4 == 1 ? 8 : 1);
      int[] x = {n, 5, 5, channels};
      int[] y = {n, how.height().positions(5), how.width().positions(5), filters};
      int[] kernel = {how.height().size(), how.width().size(), channels / how.groups(), filters};
      cases.add(of(new Conv2d(how), Input.normal(x), Input.normal(kernel)));
      cases.add(of(new Conv2dInputGradient(how, 5, 5), Input.normal(y), Input.normal(kernel)));
      cases.add(of(new Conv2dKernelGradient(how), Input.normal(x), Input.normal(y)));
    }
    Convolution sequences = new Convolution(flat, same, 1);
    cases.add(of(new Conv2d(sequences), Input.normal(n, 1, m, 3), Input.normal(1, 3, 3, m)));
    int[] x = {n, 5, 5, m};
    int[] y = {n, three.positions(5), 2, m};
    Window two = Window.valid(2, 2, 1);
    cases.add(of(new MaxPool2d(three, two), Input.normal(x)));
    cases.add(of(new MaxPool2dGradient(three, two), Input.normal(x), Input.normal(y)));
    cases.add(of(new MaxPool2dSelect(three, two), Input.normal(x), Input.normal(x)));
    cases.add(of(new AveragePool2d(three, two), Input.normal(x)));
    cases.add(of(new AveragePool2dGradient(three, two, 5, 5), Input.normal(y)));
    return cases;
  }

  private static List<Case> normalization(int n, int m) {
    Grouping rows = new Grouping(-1, 1, 0.1);
    Grouping groups = new Grouping(1, 3, 0.1);
    int channels = 3 * m;
    Input x = Input.normal(n, 3, channels);
    Input perChannel = Input.normal(channels);
    BatchStatistics local = new BatchStatistics.Local();
    Input moments = Input.positive(3, m);
    Input sums = Input.normal(2, m);
    Input batch = Input.normal(n, 3, m);
    return List.of(
        of(new GroupNormalize(rows), Input.normal(n, m), Input.normal(m), Input.normal(m)),
        of(new GroupNormalize(groups), x, perChannel, perChannel),
        of(new GroupNormalizeInputGradient(rows), Input.normal(n, m), Input.normal(n, m)),
        of(new GroupNormalizeInputGradient(groups), x, x, perChannel),
        of(new GroupNormalizeScaleGradient(rows), Input.normal(n, m), Input.normal(n, m)),
        of(new GroupNormalizeScaleGradient(groups), x, x),
        of(new BatchMoments(), batch),
        of(new MergeBatchMoments(local, "1"), moments),
        of(new BatchMean(), moments, Input.normal(m)),
        of(new BatchVariance(), Input.labels(4, 3, m), Input.normal(m)),
        of(new BatchNormalize(0.1, local, "1"), batch, moments),
        of(new BatchNormalize(0.1, local, "1"), batch, moments, Input.normal(m), Input.normal(m)),
        of(new BatchSums(0.1), batch, moments, batch),
        of(new MergeBatchSums(local, "1"), sums),
        of(new BatchNormalizeInputGradient(0.1), batch, moments, batch, sums),
        of(new BatchNormalizeInputGradient(0.1), batch, moments, batch, sums, Input.normal(m)));
  }

  private static List<Case> sequences(int n, int m) {
    List<Case> cases = new ArrayList<>();
    int t = 3;
    for (boolean reverse : new boolean[] {false, true}) {
      Input lstm = Input.small(m, 4 * m);
      Input gru = Input.small(m, 3 * m);
      Input lstmTrace = Input.small(t, Recurrence.LSTM_PLANES, n, m);
      Input gruTrace = Input.small(t, Recurrence.GRU_PLANES, n, m);
      Input mask = Input.mask(t, n);
      Op lstmScan = new LstmScan(reverse);
      Op gruScan = new GruScan(reverse);
      cases.add(of(lstmScan, Input.normal(t, n, 4 * m), lstm));
      cases.add(of(lstmScan, Input.normal(t, n, 4 * m), lstm, mask));
      cases.add(of(new LstmScanGradient(reverse), lstm, lstmTrace, lstmTrace));
      cases.add(of(new LstmScanGradient(reverse), lstm, lstmTrace, lstmTrace, mask));
      cases.add(of(gruScan, Input.normal(t, n, 3 * m), gru, Input.normal(m)));
      cases.add(of(gruScan, Input.normal(t, n, 3 * m), gru, Input.normal(m), mask));
      cases.add(of(new GruScanGradient(reverse), gru, gruTrace, gruTrace));
      cases.add(of(new GruScanGradient(reverse), gru, gruTrace, gruTrace, mask));
    }
    return cases;
  }

  static Stream<List<Integer>> sizes() {
    return Stream.concat(
        Arrays.stream(SIZES)
            .boxed()
            .flatMap(n -> Arrays.stream(SIZES).mapToObj(m -> List.of(n, m))),
        Stream.of(List.of(0, 1), List.of(0, 17)));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void oneDnnGivesWhatThePlainKernelsGive(List<Integer> size) {
    try (Arena arena = Arena.root("operations", 1L << 30);
        Kernels plain = new PlainKernels();
        Kernels fast = new OneDnnKernels(1)) {
      cases(size.get(0), size.get(1)).forEach(each -> compare(each, plain, fast, arena));
    }
  }

  private static void compare(Case each, Kernels plain, Kernels fast, Arena arena) {
    List<Tensor> in = each.tensors(arena);
    Shape shape = each.shape();
    Tensor bias = Tensor.allocate(arena, DType.FLOAT32, shape.rank() == 0 ? shape : last(shape));
    bias.set(new Input(bias.shape(), x -> x, 0).numbers(77));
    List<Step> steps =
        List.of(new Step.Two(Binary.ADD, 0, bias), new Step.One(Unary.LEAKY_RELU, 0.2));
    for (List<Step> then : List.of(Collections.<Step>emptyList(), steps)) {
      Tensor expected = Tensor.allocate(arena, DType.FLOAT32, shape);
      each.op.kernel(plain, in, expected, then).run();
      Tensor actual = Tensor.allocate(arena, DType.FLOAT32, shape);
      fill(actual, Double.NaN);
      Kernel kernel = each.op.kernel(fast, in, actual, then);
      kernel.run();
      assertClose(each + " then " + then.size() + " steps", actual, expected);
      float[] once = actual.toFloats();
      kernel.run();
      assertThat(actual.toFloats()).as("%s once more", each).containsExactly(once);
    }
    arena.reset();
  }

  /** Sizes at which many kernels have enough to do for several threads. */
  @ParameterizedTest
  @CsvSource({"40, 401", "130, 128", "500, 33", "2100, 17"})
  void moreThreadsChangeNoBit(int n, int m) {
    try (Arena arena = Arena.root("operations", 1L << 31);
        OneDnnKernels alone = new OneDnnKernels(1);
        OneDnnKernels two = new OneDnnKernels(2);
        OneDnnKernels four = new OneDnnKernels(4)) {
      cases(n, m)
          .forEach(
              each -> {
                List<Tensor> in = each.tensors(arena);
                float[] expected = result(each, alone, in, arena);
                for (Kernels more : List.of(two, four)) {
                  assertThat(Arrays.equals(result(each, more, in, arena), expected))
                      .as("%s gives with more threads the bits of one", each)
                      .isTrue();
                }
                arena.reset();
              });
      assertThat(two.widePrimitives()).isPositive();
      assertThat(four.widePrimitives()).isPositive();
      assertThat(alone.widePrimitives()).isZero();
    }
  }

  private static float[] result(Case each, Kernels kernels, List<Tensor> in, Arena arena) {
    Tensor out = Tensor.allocate(arena, DType.FLOAT32, each.shape());
    each.op.kernel(kernels, in, out, List.of()).run();
    return out.toFloats();
  }

  private static Shape last(Shape shape) {
    return Shape.of(shape.dim(-1));
  }

  private static void fill(Tensor tensor, double number) {
    double[] numbers = new double[tensor.size()];
    Arrays.fill(numbers, number);
    tensor.set(numbers);
  }

  private static void assertClose(String what, Tensor actual, Tensor expected) {
    double[] numbers = actual.toDoubles();
    double[] wanted = expected.toDoubles();
    double largest = Arrays.stream(wanted).map(Math::abs).max().orElse(0);
    for (int i = 0; i < wanted.length; i++) {
      if (numbers[i] == wanted[i]) {
        continue; // infinities among them
      }
      double scale = Math.max(Math.abs(wanted[i]), 0.1 * largest);
      assertThat(Math.abs(numbers[i] - wanted[i]))
          .as("%s at index %d: %s for %s", what, i, numbers[i], wanted[i])
          .isLessThanOrEqualTo(TOLERANCE * scale + 1e-30);
    }
  }

  @Test
  void everyOperationHasACase() {
    Set<Class<?>> operations =
        new ClassFileImporter()
            .importPackages("io.sparrowml.op").stream()
                .filter(type -> type.isAssignableTo(Op.class) && !type.isInterface())
                .map(JavaClass::reflect)
                .collect(Collectors.toSet());

    assertThat(cases(3, 7).map(each -> (Object) each.op.getClass()).collect(Collectors.toSet()))
        .isEqualTo(operations)
        .hasSizeGreaterThan(60);
  }
}
