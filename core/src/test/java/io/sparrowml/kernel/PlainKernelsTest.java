package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.assertClose;
import static io.sparrowml.kernel.Numbers.empty;
import static io.sparrowml.kernel.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomDraw;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.StepRandom;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(ArenaExtension.class)
class PlainKernelsTest {
  private final Kernels kernels = new PlainKernels();

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void aProductIsTheSumOfProducts(DType dtype, Arena arena) {
    for (int[] size : new int[][] {{1, 1, 1}, {3, 7, 5}, {17, 65, 9}, {2, 0, 3}}) {
      int n = size[0];
      int k = size[1];
      int m = size[2];
      for (int transposes = 0; transposes < 4; transposes++) {
        boolean ta = (transposes & 1) == 1;
        boolean tb = (transposes & 2) == 2;
        Tensor a = normal(arena, 1, dtype, ta ? k : n, ta ? n : k);
        Tensor b = normal(arena, 2, dtype, tb ? m : k, tb ? k : m);
        Tensor out = empty(arena, dtype, n, m);

        kernels.matmul(a, ta, b, tb, out).run();

        double[] x = a.toDoubles();
        double[] y = b.toDoubles();
        Tensor expected = empty(arena, dtype, n, m);
        double[] sums = new double[n * m];
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < m; j++) {
            for (int l = 0; l < k; l++) {
              sums[i * m + j] += x[ta ? l * n + i : i * k + l] * y[tb ? j * k + l : l * m + j];
            }
          }
        }
        assertClose(out, expected.set(sums), 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void everyFunctionIsAppliedToEveryNumber(DType dtype, Arena arena) {
    Tensor x = normal(arena, 3, dtype, 5001);
    Tensor y = normal(arena, 4, dtype, 5001);
    Tensor out = empty(arena, dtype, 5001);
    double[] expected = new double[5001];
    double[] numbers = x.toDoubles();
    double[] others = y.toDoubles();
    for (Unary function : Unary.values()) {
      kernels.unary(function, 0.3, x, out).run();
      for (int i = 0; i < expected.length; i++) {
        expected[i] = function.apply(numbers[i], 0.3);
      }
      assertClose(out, empty(arena, dtype, 5001).set(expected), 0);
    }
    for (Binary function : Binary.values()) {
      kernels.binary(function, 0.3, x, y, out).run();
      for (int i = 0; i < expected.length; i++) {
        expected[i] = function.apply(numbers[i], others[i], 0.3);
      }
      assertClose(out, empty(arena, dtype, 5001).set(expected), 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void extentsOfOneStretch(DType dtype, Arena arena) {
    Tensor column = empty(arena, dtype, 2, 1).set(10, 20);
    Tensor row = empty(arena, dtype, 3).set(1, 2, 3);
    Tensor out = empty(arena, dtype, 2, 3);

    kernels.binary(Binary.SUBTRACT, 0, column, row, out).run();
    assertThat(out.toDoubles()).containsExactly(9, 8, 7, 19, 18, 17);

    kernels.broadcastTo(row, out).run();
    assertThat(out.toDoubles()).containsExactly(1, 2, 3, 1, 2, 3);

    kernels.broadcastTo(column, out).run();
    assertThat(out.toDoubles()).containsExactly(10, 10, 10, 20, 20, 20);

    Tensor middle = empty(arena, dtype, 2, 1, 2).set(1, 2, 3, 4);
    Tensor cube = empty(arena, dtype, 2, 2, 2);
    kernels.broadcastTo(middle, cube).run();
    assertThat(cube.toDoubles()).containsExactly(1, 2, 1, 2, 3, 4, 3, 4);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void sumsUndoStretching(DType dtype, Arena arena) {
    Tensor x = empty(arena, dtype, 2, 3).set(1, 2, 3, 40, 50, 60);

    assertThat(summed(x, arena, 3)).containsExactly(41, 52, 63);
    assertThat(summed(x, arena, 1, 3)).containsExactly(41, 52, 63);
    assertThat(summed(x, arena, 2, 1)).containsExactly(6, 150);
    assertThat(summed(x, arena)).containsExactly(156);
    assertThat(summed(x, arena, 2, 3)).containsExactly(1, 2, 3, 40, 50, 60);
    assertThat(summed(empty(arena, dtype, 0, 3), arena, 3)).containsExactly(0, 0, 0);
  }

  private double[] summed(Tensor x, Arena arena, int... dims) {
    Tensor out = empty(arena, x.dtype(), dims);
    kernels.sumTo(x, out).run();
    return out.toDoubles();
  }

  @Test
  void sumsAddInDoublePrecision(Arena arena) {
    double[] numbers = new double[1 << 20];
    Arrays.fill(numbers, 0.1f);
    Tensor x = empty(arena, DType.FLOAT32, numbers.length).set(numbers);

    assertThat(summed(x, arena)[0]).isEqualTo((float) (0.1f * (double) (1 << 20)));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void softmaxIsADistribution(DType dtype, Arena arena) {
    Tensor x = empty(arena, dtype, 3, 2).set(0, Math.log(3), 1e4, 1e4, -1e4, 1e4);
    Tensor out = empty(arena, dtype, 3, 2);

    kernels.softmax(x, out).run();

    double[] y = out.toDoubles();
    assertThat(y[0]).isCloseTo(0.25, within(1e-7));
    assertThat(y[1]).isCloseTo(0.75, within(1e-7));
    assertThat(y).endsWith(0.5, 0.5, 0, 1);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void crossEntropyIsTheLogarithmOfTheLabelsProbability(DType dtype, Arena arena) {
    Tensor logits = empty(arena, dtype, 4, 2).set(0, Math.log(3), 0, Math.log(3), 1e4, -1e4, 0, 0);
    Tensor out = empty(arena, dtype, 4);

    kernels.softmaxCrossEntropy(logits, empty(arena, dtype, 4).set(0, 1, 1, 0), out).run();

    double[] loss = out.toDoubles();
    assertThat(loss[0]).isCloseTo(Math.log(4), within(1e-6));
    assertThat(loss[1]).isCloseTo(Math.log(4.0 / 3), within(1e-6));
    assertThat(loss[2]).isEqualTo(2e4);
    assertThat(loss[3]).isCloseTo(Math.log(2), within(1e-6));
  }

  @Test
  void aNaNStaysVisible(Arena arena) {
    Tensor x = Numbers.floats(arena, 1, Double.NaN, 2).reshape(Shape.of(1, 3));
    Tensor out = empty(arena, DType.FLOAT32, 1, 3);
    kernels.softmax(x, out).run();
    assertThat(out.toDoubles()).containsOnly(Double.NaN);

    Tensor loss = empty(arena, DType.FLOAT32, 1);
    kernels.softmaxCrossEntropy(x, Numbers.floats(arena, 0), loss).run();
    assertThat(loss.scalar()).isNaN();

    for (Unary function : Unary.values()) {
      assertThat(function.apply(Double.NaN, 0.5)).as(function.name()).isNaN();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void oneHotMarksTheLabel(DType dtype, Arena arena) {
    Tensor out = empty(arena, dtype, 3, 3);

    kernels.oneHot(empty(arena, dtype, 3).set(2, 0, 2), out).run();

    assertThat(out.toDoubles()).containsExactly(0, 0, 1, 1, 0, 0, 0, 0, 1);
  }

  @Test
  void aLabelOutsideTheClassesIsRefused(Arena arena) {
    Tensor logits = normal(arena, 5, 2, 10);
    Tensor out = empty(arena, DType.FLOAT32, 2);
    Tensor hot = empty(arena, DType.FLOAT32, 2, 10);

    assertThatThrownBy(
            () -> kernels.softmaxCrossEntropy(logits, Numbers.floats(arena, 9, 10), out).run())
        .isInstanceOf(KernelException.class)
        .hasMessage("softmax cross-entropy expects whole labels in [0, 10), got 10.0 at index 1");
    assertThatThrownBy(() -> kernels.oneHot(Numbers.floats(arena, 0.5, 1), hot).run())
        .isInstanceOf(KernelException.class)
        .hasMessage("one hot expects whole labels in [0, 10), got 0.5 at index 0");
    assertThatThrownBy(() -> kernels.oneHot(Numbers.floats(arena, 1, -1), hot).run())
        .isInstanceOf(KernelException.class)
        .hasMessage("one hot expects whole labels in [0, 10), got -1.0 at index 1");
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void aDropoutMaskFollowsItsKey(DType dtype, Arena arena) {
    RandomKey seed = RandomKey.of(6);
    RandomDraw draw = new StepRandom(seed).draw("3", "dropout");
    RandomKey key = seed.with("3").with("dropout");
    Tensor mask = empty(arena, dtype, 7, 1001);
    for (double rate : new double[] {0, 0.2, 0.5, 0.999}) {
      kernels.dropoutMask(draw, rate, mask).run();

      double[] numbers = mask.toDoubles();
      for (int i = 0; i < numbers.length; i++) {
        assertThat(numbers[i]).isEqualTo(key.uniform(i) < rate ? 0 : (float) (1 / (1 - rate)));
      }
    }
  }

  @Test
  void anEmptyBatchIsNoError(Arena arena) {
    Tensor x = empty(arena, DType.FLOAT32, 0, 3);
    Tensor labels = empty(arena, DType.FLOAT32, 0);

    kernels
        .matmul(x, false, normal(arena, 7, 3, 2), false, empty(arena, DType.FLOAT32, 0, 2))
        .run();
    kernels.softmax(x, x).run();
    kernels.softmaxCrossEntropy(x, labels, labels).run();
    kernels.binary(Binary.ADD, 0, x, normal(arena, 8, 3), x).run();

    assertThat(x.size()).isZero();
  }
}
