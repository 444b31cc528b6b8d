package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.assertClose;
import static io.sparrowml.kernel.Numbers.empty;
import static io.sparrowml.kernel.Numbers.floats;
import static io.sparrowml.kernel.Numbers.like;
import static io.sparrowml.kernel.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ArenaExtension.class)
@Tag("onednn")
class SelectionsTest {
  private static final int[][] SHAPES = {
    {1}, {7}, {3, 5}, {2049}, {17, 129}, {2, 3, 4}, {5, 1, 65}
  };

  private final Kernels fast = new OneDnnKernels(1);
  private final Kernels plain = new PlainKernels();

  @AfterEach
  void close() {
    fast.close();
  }

  @Test
  void whatIsNotChosenHasNoInfluence(Arena arena) {
    for (Kernels kernels : List.of(fast, plain)) {
      Tensor condition = floats(arena, 1, 0, -2, 0, Double.NaN);
      Tensor a = floats(arena, 1, Double.NaN, 3, Double.POSITIVE_INFINITY, 5);
      Tensor b = floats(arena, Double.NaN, 20, Double.NEGATIVE_INFINITY, 40, 50);
      Tensor out = like(arena, a);

      kernels.selections().where(condition, a, b, out).run();

      assertThat(out.toFloats()).containsExactly(1, 20, 3, 40, 5);
    }
  }

  @Test
  void theGreatestIsThatOfTheAxesThatVanish(Arena arena) {
    for (int[] dims : SHAPES) {
      Tensor x = normal(arena, 1, dims);
      for (int axes = 0; axes < 1 << dims.length; axes++) {
        int[] to = dims.clone();
        for (int axis = 0; axis < dims.length; axis++) {
          to[axis] = (axes >> axis & 1) == 1 ? 1 : dims[axis];
        }
        Tensor expected = empty(arena, DType.FLOAT32, to);
        Tensor actual = like(arena, expected);
        plain.selections().maxTo(x, expected).run();
        fast.selections().maxTo(x, actual).run();
        assertClose(actual, expected, 0);
      }
      arena.reset();
    }
    Tensor all = floats(arena, -3, -1, -2);
    Tensor greatest = empty(arena, DType.FLOAT32);
    plain.selections().maxTo(all, greatest).run();
    assertThat(greatest.scalar()).isEqualTo(-1);
  }

  @Test
  void theGreatestOfNumbersWithANanIsNan(Arena arena) {
    for (Kernels kernels : List.of(fast, plain)) {
      Tensor x = floats(arena, 1, Double.NaN, 3, 5, 4, 2).reshape(Shape.of(2, 3));
      Tensor rows = empty(arena, DType.FLOAT32, 2, 1);
      kernels.selections().maxTo(x, rows).run();
      assertThat(rows.toFloats()).containsExactly(Float.NaN, 5);

      Tensor columns = empty(arena, DType.FLOAT32, 3);
      kernels.selections().maxTo(x, columns).run();
      assertThat(columns.toFloats()).containsExactly(5, Float.NaN, 3);
    }
  }

  @Test
  void theFirstOfTheGreatestIsTakenAndNanBeforeAll(Arena arena) {
    double nan = Double.NaN;
    for (Kernels kernels : List.of(fast, plain)) {
      Tensor x = floats(arena, 1, 5, 5, nan, 9, 9, 7, nan, nan, 0, -1, -2).reshape(Shape.of(4, 3));
      Tensor places = empty(arena, DType.FLOAT32, 4);

      kernels.selections().argmax(x, places).run();

      assertThat(places.toFloats()).containsExactly(1, 0, 1, 0);
    }
  }

  @Test
  void float64IsComputedPlainly(Arena arena) {
    Tensor x = normal(arena, 1, DType.FLOAT64, 3, 5);
    Tensor expected = empty(arena, DType.FLOAT64, 3);
    Tensor actual = empty(arena, DType.FLOAT64, 3);
    plain.selections().argmax(x, expected).run();
    fast.selections().argmax(x, actual).run();
    assertClose(actual, expected, 0);
    fast.selections().maxTo(x, empty(arena, DType.FLOAT64, 3, 1)).run();
    Tensor chosen = like(arena, x);
    fast.selections().where(x, x, x, chosen).run();
    assertClose(chosen, x, 0);
  }
}
