package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.empty;
import static io.sparrowml.kernel.Numbers.like;
import static io.sparrowml.kernel.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.AfterTry;

/** The same bits always, for a row whatever its place and its company. */
@Tag("onednn")
class RowIndependenceTest {

  private static final List<Unary> INFERENCE =
      List.of(Unary.LEAKY_RELU, Unary.SOFTPLUS, Unary.GELU, Unary.ELU, Unary.EXP, Unary.LOG);

  private final Kernels kernels = new OneDnnKernels(1);
  private final Arena arena = Arena.root("rows", 1 << 28);

  @AfterTry
  void reset() {
    arena.reset();
  }

  @AfterProperty
  void close() {
    kernels.close();
    arena.close();
  }

  @Provide
  Arbitrary<Integer> rows() {
    return Arbitraries.of(1, 2, 7, 17, 64, 100, 129, 256);
  }

  @Provide
  Arbitrary<Integer> widths() {
    return Arbitraries.of(1, 3, 10, 16, 33, 64, 65, 129, 256, 784);
  }

  @Property(tries = 80, seed = "1")
  void aRowsResultDependsOnTheRowAlone(
      @ForAll("rows") int n,
      @ForAll("widths") int in,
      @ForAll("widths") int out,
      @ForAll long seed,
      @ForAll boolean held) {
    Tensor x = normal(arena, seed, n, in);
    Tensor weights = normal(arena, seed + 1, in, out);
    Tensor bias = normal(arena, seed + 2, out);
    int shift = RandomKey.of(seed).below(0, n);
    Tensor other = normal(arena, seed + 3, n, in);
    for (int row = 0; row < n; row += 2) {
      other.rows((row + shift) % n, 1).copyFrom(x.rows(row, 1));
    }
    if (n > 1) {
      double[] nothing = new double[in];
      Arrays.fill(nothing, Double.NaN);
      other.rows((1 + shift) % n, 1).set(nothing);
    }

    Tensor expected = predicted(x, weights, bias, held);
    Tensor actual = predicted(other, weights, bias, held);

    for (int row = 0; row < n; row += 2) {
      assertThat(actual.rows((row + shift) % n, 1).toFloats())
          .containsExactly(expected.rows(row, 1).toFloats());
    }
  }

  @Property(tries = 30, seed = "1")
  void theSameCallGivesTheSameBits(
      @ForAll("rows") int n,
      @ForAll("widths") int in,
      @ForAll("widths") int out,
      @ForAll boolean held) {
    Tensor x = normal(arena, 1, n, in);
    Tensor weights = normal(arena, 2, in, out);
    Tensor bias = normal(arena, 3, out);
    float[] expected = predicted(x, weights, bias, held).toFloats();
    arena.allocate(1); // so that nothing lies where it lay before

    assertThat(predicted(x, weights, bias, held).toFloats()).containsExactly(expected);
    try (Kernels others = new OneDnnKernels(1)) {
      Tensor sum = empty(arena, DType.FLOAT32, in);
      Tensor again = like(arena, sum);
      kernels.sumTo(x, sum).run();
      others.sumTo(x, again).run();
      assertThat(again.toFloats()).containsExactly(sum.toFloats());
    }
  }

  /** A layer with one activation after the other, and its softmax weighted by its sums. */
  private Tensor predicted(Tensor x, Tensor weights, Tensor bias, boolean held) {
    Tensor y = empty(arena, DType.FLOAT32, x.shape().dim(0), weights.shape().dim(1));
    Kernel product = kernels.matmul(x, false, weights, false, y);
    if (held) {
      product.hold();
    }
    product.run();
    kernels.binary(Binary.ADD, 0, y, bias, y).run();
    for (Unary function : INFERENCE) {
      kernels.unary(function, 0.5, y, y).run();
    }
    kernels.binary(Binary.MAXIMUM, 0, y, bias, y).run();
    kernels.unary(Unary.TANH, 0, y, y).run();
    kernels.unary(Unary.SIGMOID, 0, y, y).run();
    Tensor probabilities = like(arena, y);
    kernels.softmax(y, probabilities).run();
    kernels.logSoftmax(y, y).run();
    kernels.binary(Binary.MULTIPLY, 0, probabilities, y, probabilities).run();
    Tensor sums = empty(arena, DType.FLOAT32, y.shape().dim(0), 1);
    kernels.sumTo(y, sums).run();
    Tensor greatest = like(arena, sums);
    kernels.selections().maxTo(y, greatest).run();
    kernels.binary(Binary.ADD, 0, sums, greatest, sums).run();
    kernels.binary(Binary.MULTIPLY, 0, probabilities, sums, y).run();
    return y;
  }
}
