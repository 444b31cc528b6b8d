package io.sparrowml.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Products in bfloat16 are those of plain kernels over factors that were rounded before. */
@Tag("onednn")
class HalfPrecisionTest {
  private final Arena arena = Arena.root("test", 1 << 26);
  private final Random random = new Random(7);
  private final Kernels half = open();
  private final Kernels plain = new PlainKernels();

  private static Kernels open() {
    try {
      return new OneDnnKernels(1, Precision.BFLOAT16);
    } catch (KernelException e) {
      return abort(e.getMessage());
    }
  }

  @AfterEach
  void close() {
    half.close();
    plain.close();
    arena.close();
  }

  private Tensor zeros(int... dims) {
    Tensor tensor = Tensor.allocate(arena, DType.FLOAT32, Shape.of(dims));
    tensor.clear();
    return tensor;
  }

  private Tensor numbers(int... dims) {
    Tensor tensor = zeros(dims);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.write(i, new float[] {(float) random.nextGaussian()}, 0, 1);
    }
    return tensor;
  }

  /** To the nearest number with 8 bits, ties to even. */
  private Tensor rounded(Tensor tensor) {
    Tensor rounded = zeros(tensor.shape().dims());
    float[] numbers = tensor.toFloats();
    for (int i = 0; i < numbers.length; i++) {
      int bits = Float.floatToRawIntBits(numbers[i]);
      int even = (bits >>> 16) & 1;
      numbers[i] = Float.intBitsToFloat((bits + 0x7fff + even) & 0xffff0000);
    }
    rounded.write(0, numbers, 0, numbers.length);
    return rounded;
  }

  private static void assertClose(Tensor got, Tensor expected) {
    double[] a = got.toDoubles();
    double[] b = expected.toDoubles();
    for (int i = 0; i < a.length; i++) {
      assertThat(a[i]).as("number %d", i).isCloseTo(b[i], within(2e-5 * (1 + Math.abs(b[i]))));
    }
  }

  private static double distance(Tensor a, Tensor b) {
    double most = 0;
    double[] left = a.toDoubles();
    double[] right = b.toDoubles();
    for (int i = 0; i < left.length; i++) {
      most = Math.max(most, Math.abs(left[i] - right[i]));
    }
    return most;
  }

  @Test
  void productsAreThoseOfRoundedFactors() {
    for (boolean left : List.of(false, true)) {
      for (boolean right : List.of(false, true)) {
        Tensor a = left ? numbers(37, 33) : numbers(33, 37);
        Tensor b = right ? numbers(17, 37) : numbers(37, 17);
        Tensor got = zeros(33, 17);
        Tensor expected = zeros(33, 17);
        half.matmul(a, left, b, right, got).run();
        plain.matmul(rounded(a), left, rounded(b), right, expected).run();
        assertClose(got, expected);
        Tensor exact = zeros(33, 17);
        plain.matmul(a, left, b, right, exact).run();
        assertThat(distance(got, exact)).isGreaterThan(1e-3);
      }
    }
  }

  @Test
  void stepsBehindProductsAreExact() {
    Tensor a = numbers(5, 12);
    Tensor b = numbers(12, 20);
    Tensor bias = numbers(20);
    Tensor got = zeros(5, 20);
    Tensor expected = zeros(5, 20);
    List<Step> then = List.of(new Step.Two(Binary.ADD, 0, bias), new Step.One(Unary.LEAKY_RELU, 0));
    half.matmul(a, false, b, false, got, then).run();
    plain.matmul(rounded(a), false, rounded(b), false, expected, then).run();
    assertClose(got, expected);
  }

  @Test
  void batchesOfProductsAreRounded() {
    Tensor a = numbers(3, 6, 10);
    Tensor b = numbers(3, 10, 4);
    Tensor got = zeros(3, 6, 4);
    Tensor expected = zeros(3, 6, 4);
    half.matmul(a, false, b, false, got).run();
    plain.matmul(rounded(a), false, rounded(b), false, expected).run();
    assertClose(got, expected);
  }

  @Test
  void convolutionsAndTheirGradientsAreThoseOfRoundedFactors() {
    Convolution how = new Convolution(new Window(3, 1, 1, 1, 1), new Window(3, 2, 1, 1, 1), 1);
    Tensor x = numbers(2, 7, 9, 16);
    Tensor kernel = numbers(3, 3, 16, 32);
    Tensor y = numbers(2, 7, 5, 32);
    Tensor got = zeros(2, 7, 5, 32);
    Tensor expected = zeros(2, 7, 5, 32);
    half.convolutions().forward(how, x, kernel, got, List.of()).run();
    plain.convolutions().forward(how, rounded(x), rounded(kernel), expected, List.of()).run();
    assertClose(got, expected);
    Tensor dx = zeros(2, 7, 9, 16);
    Tensor expectedDx = zeros(2, 7, 9, 16);
    half.convolutions().inputGradient(how, y, kernel, dx, List.of()).run();
    plain
        .convolutions()
        .inputGradient(how, rounded(y), rounded(kernel), expectedDx, List.of())
        .run();
    assertClose(dx, expectedDx);
    Tensor dKernel = zeros(3, 3, 16, 32);
    Tensor expectedKernel = zeros(3, 3, 16, 32);
    half.convolutions().kernelGradient(how, x, y, dKernel).run();
    plain.convolutions().kernelGradient(how, rounded(x), rounded(y), expectedKernel).run();
    assertClose(dKernel, expectedKernel);
  }

  @Test
  void convolutionsOfFewChannelsAreExact() {
    Convolution how = new Convolution(new Window(3, 1, 1, 1, 1), new Window(3, 1, 1, 1, 1), 1);
    Tensor x = numbers(1, 5, 5, 3);
    Tensor kernel = numbers(3, 3, 3, 32);
    Tensor got = zeros(1, 5, 5, 32);
    Tensor expected = zeros(1, 5, 5, 32);
    half.convolutions().forward(how, x, kernel, got, List.of()).run();
    plain.convolutions().forward(how, x, kernel, expected, List.of()).run();
    assertClose(got, expected);
  }
}
