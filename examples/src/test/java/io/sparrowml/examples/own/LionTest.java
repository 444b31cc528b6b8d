package io.sparrowml.examples.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.config.ConfigException;
import io.sparrowml.memory.Arena;
import io.sparrowml.optimizer.Constant;
import io.sparrowml.optimizer.Slots;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LionTest {
  private final Arena arena = Arena.root("test", 1 << 20);

  @AfterEach
  void close() {
    arena.close();
  }

  private Tensor vector(double... numbers) {
    return Tensor.allocate(arena, DType.FLOAT32, Shape.of(numbers.length)).set(numbers);
  }

  @Test
  void threeStepsWorkedByHand() {
    Updater lion = new Updater(new Lion(new Constant(0.1), 0.9, 0.5, 0.2));
    Tensor x = vector(1, -1, 2);
    Slots slots = lion.slots(3);

    // x - 0.1 (sign + 0.2 x): the gradient's sign at first
    lion.update(x, vector(2, -4, 0), 1, slots, 1);
    assertNumbers(x, 1 - 0.1 * (1 + 0.2), -1 + 0.1 * (1 + 0.2), 2 - 0.1 * 0.4);
    assertNumbers(mean(slots), 1, -2, 0);

    // 0.9 m + 0.1 g: 0.9 - 0.8 is above zero; -1.8 + 2 too; 0 - 0.1 is below
    lion.update(x, vector(-8, 20, -1), 1, slots, 2);
    assertNumbers(x, 0.88 - 0.1 * (1 + 0.176), -0.88 - 0.1 * (1 - 0.176), 1.96 - 0.1 * (0.392 - 1));
    assertNumbers(mean(slots), -3.5, 9, -0.5);

    // and now the mean's sign is against the gradient's
    lion.update(x, vector(1, -1, 1), 1, slots, 3);
    assertNumbers(
        x,
        0.7624 - 0.1 * (-1 + 0.2 * 0.7624),
        -0.9624 - 0.1 * (1 - 0.2 * 0.9624),
        2.0208 - 0.1 * (-1 + 0.2 * 2.0208));
  }

  private Tensor mean(Slots slots) {
    Tensor mean = vector(0, 0, 0);
    slots.copyTo(0, mean);
    return mean;
  }

  private static void assertNumbers(Tensor tensor, double... expected) {
    assertThat(tensor.toDoubles()).containsExactly(expected, within(1e-6));
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    Constant rate = new Constant(0.1);
    assertThatThrownBy(() -> new Lion(rate, 1, 0.5, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("beta1: expects a number in [0, 1), got 1.0");
    assertThatThrownBy(() -> new Lion(rate, 0.9, -1, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("beta2: expects a number in [0, 1), got -1.0");
    assertThatThrownBy(() -> new Lion(rate, 0.9, 0.5, -1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("decay: expects a number of at least 0, got -1.0");
  }
}
