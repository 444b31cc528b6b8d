package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.empty;
import static io.sparrowml.kernel.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The number of native threads changes no bit, also where oneDNN would let it. */
@ExtendWith(ArenaExtension.class)
@Tag("onednn")
class ThreadsTest {
  private static final int[] MORE = {2, 3, 4};

  private static Precision[] precisions() {
    try (Kernels kernels = new OneDnnKernels(1)) {
      return kernels.name().contains("bf16") || kernels.name().contains("amx")
          ? Precision.values()
          : new Precision[] {Precision.FLOAT32};
    }
  }

  /** Compares what kernels of one thread give with what those of more do, in all precisions. */
  private static void assertSame(String what, Tensor out, Function<Kernels, Kernel> kernel) {
    for (Precision precision : precisions()) {
      float[] expected = result(1, precision, out, kernel);
      for (int threads : MORE) {
        float[] actual = result(threads, precision, out, kernel);
        int at = Arrays.mismatch(actual, expected);
        assertThat(at)
            .as("%s of %s with %d threads differ from", what, precision, threads)
            .isEqualTo(-1);
      }
    }
  }

  private static float[] result(
      int threads, Precision precision, Tensor out, Function<Kernels, Kernel> made) {
    try (Kernels kernels = new OneDnnKernels(threads, precision)) {
      Kernel kernel = made.apply(kernels);
      out.clear();
      kernel.run();
      float[] result = out.toFloats();
      kernel.hold();
      out.clear();
      kernel.run();
      assertThat(out.toFloats()).as("with weights that hold still").hasSameSizeAs(result);
      float[] held = out.toFloats();
      float[] both = new float[result.length + held.length];
      System.arraycopy(result, 0, both, 0, result.length);
      System.arraycopy(held, 0, both, result.length, held.length);
      return both;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "128, 784, 512",
    "784, 128, 512",
    "128, 1024, 1024",
    "65, 1025, 129",
    "100, 2048, 65",
    "768, 3136, 48",
    "129, 4096, 32",
    "33, 9999, 40",
    "100, 1300, 1000",
    "1025, 70, 1100"
  })
  void products(int rows, int inner, int columns, Arena arena) {
    Tensor bias = normal(arena, 3, columns);
    Tensor out = empty(arena, DType.FLOAT32, rows, columns);
    List<Step> steps =
        List.of(new Step.Two(Binary.ADD, 0, bias), new Step.One(Unary.LEAKY_RELU, 0));
    for (boolean first : new boolean[] {false, true}) {
      for (boolean second : new boolean[] {false, true}) {
        Tensor a = first ? normal(arena, 1, inner, rows) : normal(arena, 1, rows, inner);
        Tensor b = second ? normal(arena, 2, columns, inner) : normal(arena, 2, inner, columns);
        assertSame(
            "products, " + first + " and " + second + " transposed",
            out,
            kernels -> kernels.matmul(a, first, b, second, out, steps));
      }
    }
  }

  @Test
  void batchesOfProducts(Arena arena) {
    Tensor a = normal(arena, 1, 24, 60, 64);
    Tensor b = normal(arena, 2, 24, 64, 60);
    Tensor out = empty(arena, DType.FLOAT32, 24, 60, 60);

    assertSame("batches", out, kernels -> kernels.matmul(a, false, b, false, out));
    Tensor deep = normal(arena, 3, 2, 40, 4096);
    Tensor wide = normal(arena, 4, 2, 40, 4096);
    Tensor few = empty(arena, DType.FLOAT32, 2, 40, 40);
    assertSame("deep", few, kernels -> kernels.matmul(deep, false, wide, true, few));
  }

  @ParameterizedTest
  @CsvSource({
    "16, 28, 1, 32, 1, 1",
    "16, 14, 32, 64, 1, 1",
    "32, 7, 64, 128, 1, 1",
    "16, 15, 32, 64, 2, 1",
    "16, 14, 48, 96, 1, 3",
    "16, 15, 32, 32, 2, 32"
  })
  void convolutions(
      int n, int size, int channels, int filters, int stride, int groups, Arena arena) {
    Window window = Window.same(size, 3, stride, 1);
    Convolution how = new Convolution(window, window, groups);
    int positions = window.positions(size);
    Tensor x = normal(arena, 1, n, size, size, channels);
    Tensor kernel = normal(arena, 2, 3, 3, channels / groups, filters);
    Tensor y = normal(arena, 3, n, positions, positions, filters);
    Tensor outY = empty(arena, DType.FLOAT32, y.shape().dims());
    Tensor outX = empty(arena, DType.FLOAT32, x.shape().dims());
    Tensor outKernel = empty(arena, DType.FLOAT32, kernel.shape().dims());
    List<Step> steps =
        List.of(
            new Step.Two(Binary.ADD, 0, normal(arena, 4, filters)),
            new Step.One(Unary.LEAKY_RELU, 0));

    assertSame("forward", outY, k -> k.convolutions().forward(how, x, kernel, outY, steps));
    assertSame("input", outX, k -> k.convolutions().inputGradient(how, y, kernel, outX, List.of()));
    assertSame("kernel", outKernel, k -> k.convolutions().kernelGradient(how, x, y, outKernel));
  }

  @Test
  void pooling(Arena arena) {
    Window window = Window.valid(3, 2, 1);
    Tensor x = normal(arena, 1, 32, 27, 27, 32);
    Tensor y = normal(arena, 2, 32, 13, 13, 32);
    Tensor outX = empty(arena, DType.FLOAT32, x.shape().dims());
    Tensor outY = empty(arena, DType.FLOAT32, y.shape().dims());

    assertSame("maximum", outY, k -> k.pooling().max(window, window, x, outY));
    assertSame("average", outY, k -> k.pooling().average(window, window, x, outY));
    assertSame("of maximum", outX, k -> k.pooling().maxGradient(window, window, x, y, outX));
    assertSame("of average", outX, k -> k.pooling().averageGradient(window, window, y, outX));
  }

  @Test
  void batchNormalization(Arena arena) {
    Tensor x = normal(arena, 1, 64, 20, 20, 32);
    Tensor dy = normal(arena, 2, 64, 20, 20, 32);
    Tensor moments = empty(arena, DType.FLOAT32, 3, 32);
    Tensor sums = empty(arena, DType.FLOAT32, 2, 32);
    Tensor out = empty(arena, DType.FLOAT32, x.shape().dims());

    assertSame("moments", moments, k -> k.batchNormalization().moments(x, moments));
    assertSame("sums", sums, k -> k.batchNormalization().sums(0.1, x, moments, dy, sums));
    assertSame(
        "normalize",
        out,
        k -> k.batchNormalization().normalize(0.1, x, moments, null, null, out, List.of()));
  }

  @Test
  void sumsAndTranspositions(Arena arena) {
    Tensor x = normal(arena, 1, 3000, 500);
    Tensor row = empty(arena, DType.FLOAT32, 500);
    Tensor column = empty(arena, DType.FLOAT32, 3000, 1);
    Tensor out = empty(arena, DType.FLOAT32, 500, 3000);

    assertSame("over rows", row, k -> k.sumTo(x, row));
    assertSame("over columns", column, k -> k.sumTo(x, column));
    View from = new View(0, List.of(500, 3000), List.of(1, 500));
    View to = new View(0, List.of(500, 3000), List.of(3000, 1));
    assertSame("transpose", out, k -> k.movement().copy(x, from, out, to));
  }

  @Test
  void recurrences(Arena arena) {
    Tensor gates = normal(arena, 1, 5, 128, 1024);
    Tensor kernel = normal(arena, 2, 256, 1024);
    Tensor trace = empty(arena, DType.FLOAT32, 5, Recurrence.LSTM_PLANES, 128, 256);

    assertSame("LSTM", trace, k -> k.recurrence().lstm(gates, kernel, null, false, trace));
  }

  @Test
  void whereThereIsEnoughToDoThreadsAreUsed(Arena arena) {
    Tensor a = normal(arena, 1, 256, 512);
    Tensor b = normal(arena, 2, 512, 512);
    Tensor out = empty(arena, DType.FLOAT32, 256, 512);
    Tensor small = empty(arena, DType.FLOAT32, 8, 8);
    try (OneDnnKernels one = new OneDnnKernels(1);
        OneDnnKernels two = new OneDnnKernels(2)) {
      one.matmul(a, false, b, false, out).run();
      assertThat(one.widePrimitives()).isZero();

      two.unary(Unary.TANH, 0, small, small).run();
      assertThat(two.widePrimitives()).isZero();

      two.matmul(a, false, b, false, out).run();
      assertThat(two.widePrimitives()).isEqualTo(1);

      two.unary(Unary.TANH, 0, out, out).run();
      assertThat(two.widePrimitives()).isEqualTo(2);
    }
  }

  private static Recipe pairwise(int algorithm) {
    return new Recipe.Pairwise(algorithm, new Spread(1, 2000, 1, 2000), List.of());
  }

  @Test
  void aTrialTellsOtherBits() {
    try (OpenMp openMp = new OpenMp();
        engine cpu = new engine(engine.kind.cpu, 0);
        stream queue = new stream(cpu);
        Compiled product = pairwise(dnnl_binary_mul).make(cpu);
        Compiled again = pairwise(dnnl_binary_mul).make(cpu);
        Compiled sum = pairwise(dnnl_binary_add).make(cpu);
        Trial trial = new Trial(openMp, queue.get(), product.bytes())) {
      assertThat(product.bytes()).containsExactly(8000, 8000, 8000);
      assertThat(trial.sameBits(product, again, 2)).isTrue();
      assertThat(trial.sameBits(product, sum, 2)).isFalse();
    }
  }

  /** A long sum that oneDNN cuts, so that a trial has something to tell. */
  @Test
  void aTrialTellsAnotherOrderOfAdditions() {
    Recipe recipe =
        new Recipe.Product(
            1, Recipe.Layout.rowMajor(4096, 33).transposed(), Recipe.Layout.rowMajor(4096, 40));
    try (OpenMp openMp = new OpenMp();
        engine cpu = new engine(engine.kind.cpu, 0);
        stream queue = new stream(cpu)) {
      openMp.useThreads(1);
      try (Compiled narrow = recipe.make(cpu)) {
        openMp.useThreads(4);
        try (Compiled wide = recipe.make(cpu);
            Trial trial = new Trial(openMp, queue.get(), narrow.bytes())) {
          boolean same = trial.sameBits(narrow, wide, 4);
          assumeThat(Processor.instructions()).startsWith("avx512_core");
          assertThat(same).isFalse();
        }
      }
    }
  }
}
