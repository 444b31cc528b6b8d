package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.EPSILON;
import static io.sparrowml.kernel.Numbers.absolute;
import static io.sparrowml.kernel.Numbers.assertClose;
import static io.sparrowml.kernel.Numbers.empty;
import static io.sparrowml.kernel.Numbers.like;
import static io.sparrowml.kernel.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of so large matrices that oneDNN computes them in another way. */
@ExtendWith(ArenaExtension.class)
@Tag("onednn")
class LargeProductsTest {
  private final Kernels plain = new PlainKernels();
  private final Kernels kernels = new OneDnnKernels(1);

  @AfterEach
  void close() {
    kernels.close();
  }

  @ParameterizedTest
  @CsvSource({"20, 1300, 1000, false", "17, 600, 700, false", "1030, 33, 1100, true"})
  void equalThePlainOnes(int n, int k, int m, boolean transposeA, Arena arena) {
    Tensor a = transposeA ? normal(arena, 1, k, n) : normal(arena, 1, n, k);
    Tensor b = normal(arena, 2, k, m);
    Tensor expected = empty(arena, DType.FLOAT32, n, m);
    Tensor scale = like(arena, expected);
    Tensor actual = like(arena, expected);
    plain.unary(Unary.SHIFT, Double.NaN, expected, actual).run(); // nothing of it may stay

    plain.matmul(a, transposeA, b, false, expected).run();
    plain.matmul(absolute(arena, a), transposeA, absolute(arena, b), false, scale).run();
    kernels.matmul(a, transposeA, b, false, actual).run();

    assertClose(actual, expected, (k + 1) * EPSILON, scale);
  }

  @Test
  void stepsWithinThemChangeNoBit(Arena arena) {
    Tensor a = normal(arena, 1, 20, 1300);
    Tensor b = normal(arena, 2, 1300, 1000);
    Tensor bias = normal(arena, 3, 1000);
    Tensor expected = empty(arena, DType.FLOAT32, 20, 1000);
    Tensor actual = like(arena, expected);
    List<Step> steps =
        List.of(
            new Step.Two(Binary.ADD, 0, bias),
            new Step.One(Unary.LEAKY_RELU, 0.1),
            new Step.One(Unary.SCALE, 3),
            new Step.Two(Binary.MULTIPLY, 0, bias));

    kernels.matmul(a, false, b, false, expected).run();
    kernels.binary(Binary.ADD, 0, expected, bias, expected).run();
    kernels.unary(Unary.LEAKY_RELU, 0.1, expected, expected).run();
    kernels.unary(Unary.SCALE, 3, expected, expected).run();
    kernels.binary(Binary.MULTIPLY, 0, expected, bias, expected).run();
    kernels.matmul(a, false, b, false, actual, steps).run();

    assertThat(actual.toFloats()).containsExactly(expected.toFloats());
  }

  /** A row whose place and company are others, even such that are not numbers. */
  @Test
  void aRowsResultDependsOnTheRowAlone(Arena arena) {
    int n = 130;
    Tensor a = normal(arena, 1, n, 1300);
    Tensor b = normal(arena, 2, 1300, 1000);
    Tensor other = normal(arena, 3, n, 1300);
    double[] nothing = new double[1300];
    Arrays.fill(nothing, Double.NaN);
    other.rows(0, 1).set(nothing);
    other.rows(1, n - 1).copyFrom(a.rows(0, n - 1));
    Tensor expected = empty(arena, DType.FLOAT32, n, 1000);
    Tensor actual = like(arena, expected);

    kernels.matmul(a, false, b, false, expected).run();
    kernels.matmul(other, false, b, false, actual).run();

    assertThat(actual.rows(0, 1).toFloats()).containsOnly(Float.NaN);
    assertThat(actual.rows(1, n - 1).toFloats())
        .containsExactly(expected.rows(0, n - 1).toFloats());
  }
}
