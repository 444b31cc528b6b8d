package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.EPSILON;
import static io.sparrowml.kernel.Numbers.absolute;
import static io.sparrowml.kernel.Numbers.assertClose;
import static io.sparrowml.kernel.Numbers.empty;
import static io.sparrowml.kernel.Numbers.floats;
import static io.sparrowml.kernel.Numbers.like;
import static io.sparrowml.kernel.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomDraw;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.StepRandom;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.stream.DoubleStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ArenaExtension.class)
@Tag("onednn")
class OneDnnKernelsTest {
  private static final int[] SIZES = {1, 2, 3, 7, 16, 17, 65, 129, 2049, 5000};
  private static final double[] EXTREMES = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0.0,
    -0.0,
    1e-38,
    -1e-38,
    1e38,
    -1e38,
    100,
    -100,
    20,
    -20,
    1e-4,
    -1e-4
  };

  private final OneDnnKernels kernels = new OneDnnKernels(1);
  private final Kernels plain = new PlainKernels();

  @AfterEach
  void close() {
    kernels.close();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01f, -0.5, 1})
  void functionsOfOneNumberEqualThePlainOnes(double parameter, Arena arena) {
    for (Unary function : Unary.values()) {
      for (int size : SIZES) {
        Tensor x = normal(arena, size, size);
        Tensor expected = like(arena, x);
        plain.unary(function, parameter, x, expected).run();
        Tensor actual = like(arena, x);
        kernels.unary(function, parameter, x, actual).run();
        Tensor scale = like(arena, expected);
        // Terms near 1 cancel in the derivative of GELU.
        boolean cancels = function == Unary.GELU_DERIVATIVE;
        plain.unary(Unary.SHIFT, cancels ? 1 : 0, absolute(arena, expected), scale).run();
        assertClose(actual, expected, 10 * EPSILON, scale);

        kernels.unary(function, parameter, x, x).run();
        assertClose(x, actual, 0);
      }
      arena.reset();
    }
  }

  @ParameterizedTest
  @EnumSource
  void stepsBehindAFunctionGiveTheSameBitsAsAlone(Unary function, Arena arena) {
    Tensor x = absolute(arena, normal(arena, 1, 7, 5));
    Step other = new Step.Two(Binary.ADD, 0, normal(arena, 2, 7, 5));
    for (Unary behind : Unary.values()) {
      Step one = new Step.One(behind, 0.5);
      for (List<Step> steps : List.of(List.of(one, other), List.of(other, one, one))) {
        Tensor expected = like(arena, x);
        Tensor actual = like(arena, x);
        kernels.unary(function, 0.5, x, expected).run();
        kernels.then(() -> {}, expected, steps).run();
        kernels.unary(function, 0.5, x, actual, steps).run();
        assertThat(actual.toFloats()).containsExactly(expected.toFloats());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void functionsOfOneNumberKeepTheExtremes(Unary function, Arena arena) {
    Tensor x = floats(arena, EXTREMES);
    Tensor expected = like(arena, x);
    plain.unary(function, 0, x, expected).run();
    Tensor actual = like(arena, x);

    kernels.unary(function, 0, x, actual).run();

    // What is below 1e-37 in the limit, such as the sigmoid of -100, may be 0.
    Tensor scale = like(arena, x);
    plain.unary(Unary.SHIFT, 1e-30, absolute(arena, expected), scale).run();
    assertClose(actual, expected, 8 * EPSILON, scale);
  }

  @ParameterizedTest
  @EnumSource
  void functionsOfTwoNumbersKeepTheExtremes(Binary function, Arena arena) {
    int n = EXTREMES.length;
    Tensor x = floats(arena, EXTREMES);
    Tensor a = empty(arena, DType.FLOAT32, n, n);
    Tensor b = like(arena, a);
    plain.broadcastTo(x.reshape(Shape.of(n, 1)), a).run();
    if (function == Binary.LEAKY_RELU_GRADIENT) {
      a.rows(0, 1).clear(); // at NaN it may be either
    }
    plain.broadcastTo(x, b).run();
    for (double parameter : new double[] {0, 0.01}) {
      Tensor expected = like(arena, a);
      plain.binary(function, parameter, a, b, expected).run();
      Tensor actual = like(arena, a);
      kernels.binary(function, parameter, a, b, actual).run();
      assertClose(actual, expected, 2 * EPSILON);

      kernels.binary(function, parameter, a, b, b).run();
      assertClose(b, actual, 0);
      plain.broadcastTo(x, b).run();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStepWithAStretchedOperandWorksInPlace(Binary function, Arena arena) {
    for (int columns : new int[] {3, 2500}) {
      Tensor x = normal(arena, 1, 5, columns);
      for (Tensor operand :
          List.of(normal(arena, 2, columns), normal(arena, 3, 5, 1), normal(arena, 4))) {
        Tensor expected = like(arena, x);
        plain.binary(function, 0.01, x, operand, expected).run();
        Tensor actual = like(arena, x);
        actual.copyFrom(x);
        kernels.binary(function, 0.01, actual, operand, actual).run();
        assertClose(actual, expected, 2 * EPSILON);
      }
    }
  }

  @Test
  void productsWithNaNsAndInfinitiesShowThem(Arena arena) {
    Tensor a = normal(arena, 1, 5, 17);
    a.write(2 * 17 + 3, new double[] {Double.NaN}, 1);
    a.write(4 * 17 + 3, new double[] {Double.POSITIVE_INFINITY}, 1);
    Tensor b = absolute(arena, normal(arena, 2, 17, 9));
    Tensor out = empty(arena, DType.FLOAT32, 5, 9);
    out.set(new double[45]);
    plain.unary(Unary.SHIFT, Double.NaN, out, out).run();

    kernels.matmul(a, false, b, false, out).run();

    float[] numbers = out.toFloats();
    for (int i = 0; i < numbers.length; i++) {
      if (i / 9 == 2) {
        assertThat(numbers[i]).isNaN();
      } else if (i / 9 == 4) {
        assertThat(numbers[i]).isEqualTo(Float.POSITIVE_INFINITY);
      } else {
        assertThat(numbers[i]).isFinite();
      }
    }
  }

  /** A sum that more threads take in parts comes out with other bits. */
  @Test
  void eachKernelsUseTheirOwnNumberOfThreads(Arena arena) {
    Tensor a = normal(arena, 1, 10, 65_536);
    Tensor b = normal(arena, 2, 65_536, 10);
    Tensor out = empty(arena, DType.FLOAT32, 10, 10);
    Kernel product = kernels.matmul(a, false, b, false, out);
    product.run();
    float[] before = out.toFloats();

    try (Kernels wide = new OneDnnKernels(3)) {
      wide.matmul(a, false, b, false, out).run();
      product.run();
    }

    assertThat(out.toFloats()).isEqualTo(before);
  }

  @Test
  void aProductOverNothingIsZero(Arena arena) {
    Tensor out = normal(arena, 1, 3, 4);

    kernels
        .matmul(
            empty(arena, DType.FLOAT32, 3, 0), false, empty(arena, DType.FLOAT32, 0, 4), false, out)
        .run();

    assertThat(out.toFloats()).containsOnly(0);
  }

  @Test
  void longSumsStayAccurate(Arena arena) {
    for (int length : new int[] {1, 511, 512, 513, 1024, 100_003}) {
      Tensor x = normal(arena, length, length, 7);
      plain.unary(Unary.SHIFT, 1, x, x).run();
      assertSum(x, arena, 7);
      assertSum(x.reshape(Shape.of(7, length)), arena, 7, 1);
      assertSum(x, arena);
      arena.reset();
    }
  }

  private void assertSum(Tensor x, Arena arena, int... dims) {
    Tensor expected = empty(arena, DType.FLOAT32, dims);
    Tensor scale = empty(arena, DType.FLOAT32, dims);
    Tensor actual = empty(arena, DType.FLOAT32, dims);
    plain.sumTo(x, expected).run();
    plain.sumTo(absolute(arena, x), scale).run();
    kernels.sumTo(x, actual).run();
    int block = Math.min(512, x.size() / actual.size());
    assertClose(actual, expected, (block + 1) * EPSILON, scale);
  }

  @Test
  void whatIsNotFloat32IsComputedPlainly(Arena arena) {
    Tensor a = normal(arena, 1, DType.FLOAT64, 3, 5);
    Tensor b = normal(arena, 2, DType.FLOAT64, 5, 3);
    Tensor expected = empty(arena, DType.FLOAT64, 3, 3);
    Tensor actual = empty(arena, DType.FLOAT64, 3, 3);

    plain.matmul(a, false, b, false, expected).run();
    kernels.matmul(a, false, b, false, actual).run();
    assertClose(actual, expected, 0);

    plain.binary(Binary.ADD, 0, expected, b.rows(0, 1), actual).run();
    kernels.binary(Binary.ADD, 0, expected, b.rows(0, 1), expected).run();
    assertClose(expected, actual, 0);

    Tensor sum = empty(arena, DType.FLOAT64);
    kernels.sumTo(actual, sum).run();
    kernels.broadcastTo(sum, expected).run();
    kernels.unary(Unary.TANH, 0, expected, actual).run();
    assertThat(actual.toDoubles()).containsOnly(Math.tanh(sum.scalar()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 30, 1e4})
  void classificationEqualsThePlainOne(double spread, Arena arena) {
    for (int classes : new int[] {1, 2, 10, 129, 700, 5000}) {
      Tensor logits = normal(arena, classes, 17, classes);
      plain.unary(Unary.SCALE, spread, logits, logits).run();
      Tensor labels = empty(arena, DType.FLOAT32, 17);
      Tensor actual = like(arena, logits);
      Tensor expected = like(arena, logits);
      Tensor losses = like(arena, labels);
      Tensor expectedLosses = like(arena, labels);
      labels.set(new double[17]);

      plain.softmax(logits, expected).run();
      kernels.softmax(logits, actual).run();
      Tensor one = like(arena, expected);
      plain.binary(Binary.EQUAL, 0, logits, logits, one).run();
      assertClose(actual, expected, 4 * EPSILON, one);
      plain.logSoftmax(logits, expected).run();
      kernels.logSoftmax(logits, actual).run();
      plain.binary(Binary.SUBTRACT, 0, one, expected, one).run();
      assertClose(actual, expected, 4 * EPSILON, one);
      plain.softmaxCrossEntropy(logits, labels, expectedLosses).run();
      kernels.softmaxCrossEntropy(logits, labels, losses).run();
      Tensor scale = like(arena, losses);
      plain.unary(Unary.SHIFT, 1, expectedLosses, scale).run();
      assertClose(losses, expectedLosses, 4 * EPSILON, scale);
      assertThat(DoubleStream.of(losses.toDoubles())).allMatch(Double::isFinite);
      plain.oneHot(labels, expected).run();
      kernels.oneHot(labels, actual).run();
      assertClose(actual, expected, 0);
      arena.reset();
    }
  }

  @Test
  void aRowWithANanOrAnInfinityKeepsItToItself(Arena arena) {
    double infinity = Double.POSITIVE_INFINITY;
    Tensor logits =
        floats(arena, 1, Double.NaN, 3, -infinity, 0, 0, infinity, 0, 1, -1, 2, Double.NaN)
            .reshape(Shape.of(4, 3));
    Tensor labels = empty(arena, DType.FLOAT32, 4).set(0, 1, 2, 0);
    Tensor expected = like(arena, logits);
    Tensor actual = like(arena, logits);

    plain.softmax(logits, expected).run();
    kernels.softmax(logits, actual).run();
    assertClose(actual, expected, 4 * EPSILON);
    assertThat(actual.toFloats()).startsWith(Float.NaN, Float.NaN, Float.NaN, 0, 0.5f, 0.5f);
    plain.logSoftmax(logits, expected).run();
    kernels.logSoftmax(logits, actual).run();
    assertClose(actual, expected, 4 * EPSILON);
    Tensor expectedLosses = like(arena, labels);
    Tensor losses = like(arena, labels);
    plain.softmaxCrossEntropy(logits, labels, expectedLosses).run();
    kernels.softmaxCrossEntropy(logits, labels, losses).run();
    assertClose(losses, expectedLosses, 4 * EPSILON);
  }

  @Test
  void aLabelThatIsNoClassIsAnError(Arena arena) {
    Tensor logits = normal(arena, 1, 2, 3);
    Tensor losses = empty(arena, DType.FLOAT32, 2);

    assertThatThrownBy(kernels.softmaxCrossEntropy(logits, floats(arena, 0, 3), losses)::run)
        .isInstanceOf(KernelException.class)
        .hasMessage("softmax cross-entropy expects whole labels in [0, 3), got 3.0 at index 1");
  }

  @Test
  void dropoutMasksAreTheSameBitsAsThePlainOnes(Arena arena) {
    Tensor expected = empty(arena, DType.FLOAT32, 129, 65);
    Tensor actual = like(arena, expected);
    RandomDraw draw = new StepRandom(RandomKey.of(9)).draw("3", "dropout");
    plain.dropoutMask(draw, 0.3, expected).run();
    kernels.dropoutMask(draw, 0.3, actual).run();

    assertThat(actual.toFloats()).containsExactly(expected.toFloats());
  }

  @Test
  void emptyTensorsAreNoError(Arena arena) {
    Tensor x = empty(arena, DType.FLOAT32, 0, 3);
    Tensor sum = normal(arena, 1, 3);

    for (Unary function : Unary.values()) {
      kernels.unary(function, 0, x, x).run();
    }
    for (Binary function : Binary.values()) {
      kernels.binary(function, 0, x, sum, x).run();
    }
    kernels.softmax(x, x).run();
    kernels.logSoftmax(x, x).run();
    kernels.selections().where(x, x, x, x).run();
    kernels.selections().argmax(x, empty(arena, DType.FLOAT32, 0)).run();
    kernels.selections().maxTo(x, sum).run();
    assertThat(sum.toFloats()).containsOnly(Float.NEGATIVE_INFINITY);
    kernels.broadcastTo(sum, x).run();
    kernels.sumTo(x, sum).run();

    assertThat(sum.toFloats()).containsOnly(0);
  }

  @Test
  void memoryOutsideTheHeapIsNotHeldAgainstIt() {
    assertThat(Pointer.maxPhysicalBytes()).isZero();
  }

  @Test
  void itsNameTellsVersionAndInstructions() {
    assertThat(kernels.name()).matches("onednn \\d+\\.\\d+ \\([a-z0-9_]+\\)");
  }

  @Test
  void atLeastOneThreadIsNeeded() {
    assertThatThrownBy(() -> new OneDnnKernels(0))
        .isInstanceOf(KernelException.class)
        .hasMessage("onednn expects 1 thread or more, got 0");
  }
}
