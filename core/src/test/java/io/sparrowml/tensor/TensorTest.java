package io.sparrowml.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(ArenaExtension.class)
class TensorTest {
  private static Tensor tensor(Arena arena, DType dtype, int... dims) {
    Shape shape = Shape.of(dims);
    return new Tensor(dtype, shape, arena.allocate(shape.size() * dtype.bytes()));
  }

  @ParameterizedTest
  @EnumSource
  void numbersComeOutAsTheyWentIn(DType dtype, Arena arena) {
    Tensor tensor = tensor(arena, dtype, 2, 3).set(0, 1, 2, 100, 200, 255);

    assertThat(tensor.toDoubles()).containsExactly(0, 1, 2, 100, 200, 255);
    double[] part = new double[2];
    tensor.read(3, part, 2);
    assertThat(part).containsExactly(100, 200);
    tensor.write(1, new double[] {7, 8, 9}, 2);
    assertThat(tensor.toDoubles()).containsExactly(0, 7, 8, 100, 200, 255);
  }

  @Test
  void numbersAreRoundedToTheKind(Arena arena) {
    assertThat(tensor(arena, DType.FLOAT32).set(0.1).scalar()).isEqualTo(0.1f);
    assertThat(tensor(arena, DType.FLOAT64).set(0.1).scalar()).isEqualTo(0.1);
  }

  @Test
  void viewsShareMemory(Arena arena) {
    Tensor tensor = tensor(arena, DType.FLOAT32, 3, 2).set(1, 2, 3, 4, 5, 6);

    Tensor rows = tensor.rows(1, 2);
    assertThat(rows.shape()).isEqualTo(Shape.of(2, 2));
    assertThat(rows.toFloats()).containsExactly(3, 4, 5, 6);
    assertThat(rows.address()).isEqualTo(tensor.address() + 8);

    tensor.slice(3, 2).set(40, 50);
    assertThat(tensor.reshape(Shape.of(6)).toFloats()).containsExactly(1, 2, 3, 40, 50, 6);
    assertThat(tensor.floats().get(3)).isEqualTo(40);
  }

  @Test
  void rowsOfAnEmptyTensorAreEmpty(Arena arena) {
    assertThat(tensor(arena, DType.FLOAT32, 0, 5).rows(0, 0).shape()).isEqualTo(Shape.of(0, 5));
  }

  @ParameterizedTest
  @EnumSource
  void clearingLeavesTheNeighboursAlone(DType dtype, Arena arena) {
    Tensor tensor = tensor(arena, dtype, 7).set(1, 2, 3, 4, 5, 6, 7);

    tensor.slice(1, 5).clear();

    assertThat(tensor.toDoubles()).containsExactly(1, 0, 0, 0, 0, 0, 7);
  }

  @Test
  void copyingTakesKindAndSizeSeriously(Arena arena) {
    Tensor from = tensor(arena, DType.FLOAT32, 2, 2).set(1, 2, 3, 4);
    Tensor to = tensor(arena, DType.FLOAT32, 4);
    to.copyFrom(from);

    assertThat(to.toDoubles()).containsExactly(1, 2, 3, 4);
    assertThatThrownBy(() -> tensor(arena, DType.FLOAT64, 4).copyFrom(from))
        .isInstanceOf(ShapeException.class)
        .hasMessage("copy expects FLOAT64 [4], got FLOAT32 [2, 2]");
  }

  @Test
  void whatDoesNotFitIsRefused(Arena arena) {
    Tensor tensor = tensor(arena, DType.FLOAT32, 2, 3);

    assertThatThrownBy(() -> new Tensor(DType.FLOAT64, tensor.shape(), tensor.block()))
        .isInstanceOf(ShapeException.class)
        .hasMessage("tensor expects 48 bytes for [2, 3], got 24");
    assertThatThrownBy(() -> tensor.reshape(Shape.of(5)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("reshape expects the size of [2, 3], got [5]");
    assertThatThrownBy(() -> tensor.set(1, 2))
        .isInstanceOf(ShapeException.class)
        .hasMessage("set expects 6 numbers for [2, 3], got 2");
    assertThatThrownBy(tensor::scalar)
        .isInstanceOf(ShapeException.class)
        .hasMessage("scalar expects one number, got shape [2, 3]");
    assertThatThrownBy(tensor::doubles)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("tensor expects to hold FLOAT64, got FLOAT32");
    assertThatThrownBy(() -> tensor.slice(5, 2)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
