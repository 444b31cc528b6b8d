package io.sparrowml.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.config.ConfigException;
import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ArenaExtension.class)
class OrthogonalTest {
  private static double[] filled(Arena arena, double gain, int... dims) {
    Tensor tensor = Tensor.allocate(arena, DType.FLOAT64, Shape.of(dims));
    new Orthogonal(gain).fill(tensor, RandomKey.of(3));
    return tensor.toDoubles();
  }

  @Test
  void theShorterSidesVectorsAreOrthogonalAndAsLongAsTheGain(Arena arena) {
    for (int[] size : new int[][] {{1, 1}, {1, 5}, {5, 1}, {7, 7}, {33, 20}, {20, 33}}) {
      int rows = size[0];
      int columns = size[1];
      double[] w = filled(arena, 1.5, rows, columns);
      boolean wide = rows < columns;
      for (int i = 0; i < Math.min(rows, columns); i++) {
        for (int j = 0; j <= i; j++) {
          double dot = 0;
          for (int k = 0; k < Math.max(rows, columns); k++) {
            dot +=
                wide
                    ? w[i * columns + k] * w[j * columns + k]
                    : w[k * columns + i] * w[k * columns + j];
          }
          assertThat(dot).isCloseTo(i == j ? 2.25 : 0, within(1e-14));
        }
      }
    }
  }

  @Test
  void aConvolutionsFieldAndInputsAreTheRows(Arena arena) {
    assertThat(filled(arena, 1, 3, 3, 2, 5)).containsExactly(filled(arena, 1, 18, 5));
  }

  @Test
  void bothSignsAreAsLikely(Arena arena) {
    double[] w = filled(arena, 1, 100, 100);
    int positive = 0;
    double trace = 0;
    for (int i = 0; i < 100; i++) {
      positive += w[i] > 0 ? 1 : 0;
      trace += w[i * 101];
    }
    assertThat(positive).isBetween(35, 65);
    // The trace of a uniform orthogonal matrix has mean 0 and variance 1.
    assertThat(trace).isBetween(-3.0, 3.0);
  }

  @Test
  void onlyMatricesAndGainsAboveZeroWillDo(Arena arena) {
    assertThatThrownBy(() -> filled(arena, 1, 4))
        .isInstanceOf(ShapeException.class)
        .hasMessage("orthogonal expects [..., in, out], got [4]");
    assertThatThrownBy(() -> new Orthogonal(0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("gain: expects a number above 0, got 0.0");
  }
}
