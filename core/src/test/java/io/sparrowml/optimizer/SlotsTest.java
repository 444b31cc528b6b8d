package io.sparrowml.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.memory.Arena;
import io.sparrowml.regularizer.None;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private static final int FIRST = 1200;
  private static final int STATISTIC = 1216;
  private static final int LAST = 1232;
  private static final int LENGTH = 1300;
  private static final Updater ADAM =
      new Updater(
          new Adam(0.001),
          new Constant(0.001),
          null,
          new Segments(
              List.of(
                  new Segment.Trained(0, FIRST, 1, new None()),
                  new Segment.Statistic(STATISTIC, 3, 0.9),
                  new Segment.Trained(LAST, LENGTH - LAST, 1, new None()))));

  private final Arena arena = Arena.root("test", 1 << 20);

  @AfterEach
  void close() {
    arena.close();
  }

  private Tensor counted(int from, int length) {
    return vector(length).set(IntStream.range(from, from + length).asDoubleStream().toArray());
  }

  private Tensor vector(int length) {
    return Tensor.allocate(arena, DType.FLOAT32, Shape.of(length));
  }

  private double[] numbers(Slots slots, int slot) {
    Tensor into = vector(LENGTH);
    slots.copyTo(slot, into);
    return into.toDoubles();
  }

  private static double[] countedWhereTrained(int from, int end) {
    return IntStream.range(0, LENGTH)
        .map(i -> from <= i && i < end && (i < FIRST || i >= LAST) ? i : 0)
        .asDoubleStream()
        .toArray();
  }

  @Test
  void whatIsCopiedInIsCopiedOutAndNothingLiesBetweenParameters() {
    Slots slots = ADAM.slots(LENGTH);

    slots.copyFrom(1, 0, counted(0, LENGTH));

    assertThat(numbers(slots, 1)).isEqualTo(countedWhereTrained(0, LENGTH));
    assertThat(numbers(slots, 0)).isEqualTo(new double[LENGTH]);
  }

  @Test
  void anyPartCanBeCopiedIn() {
    for (int from = 0; from < LENGTH; from += 97) {
      for (int end = from + 1; end <= LENGTH; end += 61) {
        Slots slots = ADAM.slots(LENGTH);

        slots.copyFrom(0, from, counted(from, end - from));

        assertThat(numbers(slots, 0)).isEqualTo(countedWhereTrained(from, end));
        arena.reset();
      }
    }
  }

  @Test
  void thoseOfAnotherRuleAreRefused() {
    Tensor x = vector(LENGTH).set(new double[LENGTH]);

    assertThatThrownBy(() -> ADAM.update(x, x, 1, Slots.none(), 1))
        .hasMessage("slots: the rule expects 2, got 0; make them by the updater's slots(length)");
  }

  @Test
  void clearedTheyAreAsAtFirst() {
    Slots slots = ADAM.slots(LENGTH);
    slots.copyFrom(0, 0, counted(0, LENGTH));

    slots.clear();

    assertThat(numbers(slots, 0)).isEqualTo(new double[LENGTH]);
    assertThat(slots.count()).isEqualTo(2);
  }
}
