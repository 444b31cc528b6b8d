package io.sparrowml.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ArenaExtension.class)
class MovementOperationsTest {
  private final ShapesOnly shapes = new ShapesOnly();

  private static Value counting(Arena arena, int... dims) {
    Eager eager = Eager.forgetting(new PlainKernels(), arena);
    Shape shape = Shape.of(dims);
    double[] numbers = new double[(int) shape.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i;
    }
    return eager.leaf(eager.allocate(DType.FLOAT32, shape).set(numbers));
  }

  private static void assertNumbers(Value value, Shape shape, double... numbers) {
    assertThat(value.shape()).isEqualTo(shape);
    assertThat(value.tensor().toDoubles()).containsExactly(numbers);
  }

  @Test
  void transposingChangesTheOrderOfAxes(Arena arena) {
    assertNumbers(counting(arena, 2, 3).transpose(1, 0), Shape.of(3, 2), 0, 3, 1, 4, 2, 5);
    assertNumbers(counting(arena, 2, 1, 3).transpose(2, 0, 1), Shape.of(3, 2, 1), 0, 3, 1, 4, 2, 5);
  }

  @Test
  void partsAreTakenAlongAnAxis(Arena arena) {
    Value x = counting(arena, 2, 4);
    assertNumbers(x.slice(-1, 1, 3), Shape.of(2, 2), 1, 2, 5, 6);
    assertThat(x.slice(1, 0, 4)).isSameAs(x);
    assertNumbers(x.split(1, 2).get(1), Shape.of(2, 2), 2, 3, 6, 7);
    Slice everyThird = new Slice(List.of(0, 0), List.of(2, 4), List.of(1, 3));
    assertNumbers(x.engine().apply(everyThird, List.of(x)), Shape.of(2, 2), 0, 3, 4, 7);
  }

  @Test
  void paddingGoesAroundAndBetween(Arena arena) {
    Value x = counting(arena, 1, 2);
    assertNumbers(x.pad(-1, 1, 2), Shape.of(1, 5), 0, 0, 1, 0, 0);
    Pad around = new Pad(List.of(1, 0), List.of(0, 1), List.of(0, 1), 7);
    assertNumbers(x.engine().apply(around, List.of(x)), Shape.of(2, 4), 7, 7, 7, 7, 0, 7, 1, 7);
  }

  @Test
  void tensorsGoOneBehindTheOther(Arena arena) {
    Value x = counting(arena, 2, 2);
    Value y = x.engine().leaf(x.tensor().reshape(Shape.of(2, 2)));
    assertNumbers(x.concat(-1, y), Shape.of(2, 4), 0, 1, 0, 1, 2, 3, 2, 3);
    assertNumbers(x.concat(0, y.slice(0, 1, 2)), Shape.of(3, 2), 0, 1, 2, 3, 2, 3);
  }

  @Test
  void reversingGoesTheOtherWayRound(Arena arena) {
    assertNumbers(counting(arena, 2, 3).reverse(1), Shape.of(2, 3), 2, 1, 0, 5, 4, 3);
    assertNumbers(counting(arena, 3, 2).reverse(0), Shape.of(3, 2), 4, 5, 2, 3, 0, 1);
  }

  @Test
  void rowsAreLookedUpAndAddedBack(Arena arena) {
    Value table = counting(arena, 3, 2);
    Value ids = table.engine().leaf(table.tensor().slice(1, 2).reshape(Shape.of(2, 1)));
    assertNumbers(table.gather(ids), Shape.of(2, 1, 2), 2, 3, 4, 5);
    Value same = table.engine().leaf(table.tensor().slice(0, 1)).broadcastTo(Shape.of(3));
    Value sums = table.engine().apply(new ScatterRows(2), List.of(same, table));
    assertNumbers(sums, Shape.of(2, 2), 6, 9, 0, 0);
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    Value x = shapes.leaf(Shape.of(2, 3));
    Value y = shapes.leaf(Shape.of(3, 3));

    assertRefused(
        () -> x.transpose(0, 0), "transpose expects an order of the axes of [2, 3], got [0, 0]");
    assertRefused(
        () -> x.slice(1, 1, 4),
        "slice expects a part of [2, 3] with steps of at least 1, got [0, 1] to [2, 4] by [1, 1]");
    assertRefused(
        () -> x.pad(0, -1, 2),
        "pad expects a number of at least 0 for each axis of [2, 3],"
            + " got [-1, 0] before, [2, 0] after and [0, 0] between");
    assertRefused(
        () -> x.concat(1, y),
        "concat expects shapes that are alike but along axis 1, got [[2, 3], [3, 3]]");
    assertRefused(() -> x.reverse(2), "reverse expects axis 2, got [2, 3]");
    assertRefused(
        () -> x.split(1, 2), "split expects an extent that 2 divides along axis 1, got [2, 3]");
    assertRefused(
        () -> shapes.leaf(Shape.of()).gather(x), "gather expects a table [rows, ...], got []");
    assertRefused(
        () -> shapes.apply(new ScatterRows(4), List.of(x, y)),
        "scatter rows expects [...] and [..., ...row], got [2, 3] and [3, 3]");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(ShapeException.class).hasMessage(message);
  }
}
