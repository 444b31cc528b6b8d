package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.EPSILON;
import static io.sparrowml.kernel.Numbers.assertClose;
import static io.sparrowml.kernel.Numbers.empty;
import static io.sparrowml.kernel.Numbers.like;
import static io.sparrowml.kernel.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.AfterTry;

@Tag("onednn")
class AttentionTest {
  private final Kernels plainKernels = new PlainKernels();
  private final Kernels kernels = new OneDnnKernels(1);
  private final Attention plain = plainKernels.attention();
  private final Attention fast = kernels.attention();
  private final Arena arena = Arena.root("attention", 1 << 28);

  @AfterTry
  void reset() {
    arena.reset();
  }

  @AfterProperty
  void close() {
    kernels.close();
    arena.close();
  }

  @Property(tries = 200, seed = "1")
  void weightsAndTheirGradientsEqualThePlainOnes(
      @ForAll @IntRange(min = 1, max = 3) int n,
      @ForAll @IntRange(min = 1, max = 3) int heads,
      @ForAll @IntRange(min = 1, max = 70) int queries,
      @ForAll @IntRange(min = 1, max = 70) int keys,
      @ForAll boolean causal,
      @ForAll boolean masked) {
    int rows = causal ? keys : queries;
    Tensor scores = normal(arena, 1, n, heads, rows, keys);
    Tensor mask = masked ? mask(n, keys) : null;
    Tensor expected = like(arena, scores);
    Tensor actual = like(arena, scores);
    plain.softmax(scores, 3, causal, mask, expected).run();
    Kernel kernel = fast.softmax(scores, 3, causal, mask, actual);
    kernel.run();
    float[] once = actual.toFloats();
    kernel.run();
    assertThat(actual.toFloats()).containsExactly(once);
    // The logarithm of a weight is off by the rounding of a score of up to 20.
    assertClose(actual, expected, (keys + 60) * EPSILON);

    Tensor dy = normal(arena, 2, n, heads, rows, keys);
    Tensor gradient = like(arena, scores);
    Tensor actualGradient = like(arena, scores);
    Tensor scale = like(arena, scores);
    plain.softmaxGradient(expected, dy, 0.7, gradient).run();
    fast.softmaxGradient(expected, dy, 0.7, actualGradient).run();
    plainKernels.unary(Unary.SCALE, 5, expected, scale).run();
    assertClose(actualGradient, gradient, (keys + 4) * EPSILON, scale);
  }

  /** About a third padding. */
  private Tensor mask(int n, int keys) {
    double[] seen = new double[n * keys];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = RandomKey.of(keys).below(i, 3) == 0 ? 0 : 1;
    }
    return empty(arena, DType.FLOAT32, n, keys).set(seen);
  }

  @Example
  void longRowsEqualThePlainOnes() {
    Tensor scores = normal(arena, 1, 1, 2, 2500);
    Tensor expected = like(arena, scores);
    Tensor actual = like(arena, scores);
    plain.softmax(scores, 1, false, null, expected).run();
    fast.softmax(scores, 1, false, null, actual).run();
    assertClose(actual, expected, 2500 * EPSILON);
  }

  @Example
  void queriesSeeOnlyWhatTheyMay() {
    Tensor scores = empty(arena, DType.FLOAT32, 2, 2, 2).set(0, Double.NaN, 0, 0, 1, 9, 9, 9);
    Tensor mask = empty(arena, DType.FLOAT32, 2, 2).set(1, 1, 0, 1);
    Tensor wide = empty(arena, DType.FLOAT64, 2, 2, 2).set(scores.toDoubles());
    Tensor wideMask = empty(arena, DType.FLOAT64, 2, 2).set(mask.toDoubles());
    for (Attention attention : new Attention[] {plain, fast}) {
      Tensor out = like(arena, scores);
      attention.softmax(scores, 1, true, mask, out).run();
      assertThat(out.toDoubles()).containsExactly(1, 0, 0.5, 0.5, 0, 0, 0, 1);
      Tensor wideOut = like(arena, wide);
      attention.softmax(wide, 1, true, wideMask, wideOut).run();
      assertThat(wideOut.toDoubles()).containsExactly(1, 0, 0.5, 0.5, 0, 0, 0, 1);
    }
  }

  @Example
  void numbersThatAreNoneShowInTheirRowAlone() {
    double infinite = Double.POSITIVE_INFINITY;
    Tensor scores =
        empty(arena, DType.FLOAT32, 1, 4, 2)
            .set(0, Double.NaN, 0, infinite, 0, -infinite, -infinite, -infinite);
    for (Attention attention : new Attention[] {plain, fast}) {
      Tensor out = like(arena, scores);
      attention.softmax(scores, 1, false, null, out).run();
      double nan = Double.NaN;
      assertThat(out.toDoubles()).containsExactly(nan, nan, nan, nan, 1, 0, nan, nan);
    }
  }

  @Example
  void aRowDoesNotDependOnTheOthers() {
    Tensor scores = normal(arena, 1, 6, 2, 9, 9);
    Tensor mask = mask(6, 9);
    Tensor expected = like(arena, scores);
    fast.softmax(scores, 1, true, mask, expected).run();
    Tensor other = like(arena, scores);
    Tensor otherMask = like(arena, mask);
    for (int i = 0; i < 6; i++) {
      other.rows((i + 2) % 6, 1).copyFrom(scores.rows(i, 1));
      otherMask.rows((i + 2) % 6, 1).copyFrom(mask.rows(i, 1));
    }
    double[] nothing = new double[2 * 9 * 9];
    Arrays.fill(nothing, Double.NaN);
    other.rows(0, 1).set(nothing);
    Tensor actual = like(arena, scores);
    fast.softmax(other, 1, true, otherMask, actual).run();
    for (int i = 0; i < 6; i++) {
      if ((i + 2) % 6 != 0) {
        assertThat(actual.rows((i + 2) % 6, 1).toFloats())
            .containsExactly(expected.rows(i, 1).toFloats());
      }
    }
  }

  @Example
  void emptyBatchesAreNoError() {
    for (int[] dims : new int[][] {{0, 3, 3}, {2, 0, 0}, {2, 3, 0}}) {
      Tensor scores = empty(arena, DType.FLOAT32, dims);
      fast.softmax(scores, 1, false, empty(arena, DType.FLOAT32, dims[0], dims[2]), scores).run();
      fast.softmaxGradient(scores, scores, 1, scores).run();
      assertThat(scores.toFloats()).isEmpty();
    }
  }
}
