package io.sparrowml.spark.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import io.sparrowml.memory.Pool;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Messages;
import io.sparrowml.spark.wire.Payload;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ArenaExtension.class)
class GradientSumTest {
  private static final int LENGTH = 5000;

  private Pool pool;

  @BeforeEach
  void open(Arena arena) {
    pool = new Pool(arena, LENGTH * Float.BYTES);
  }

  private GradientSum sum(long count, float... values) {
    return new GradientSum(count, Messages.payload(Bodies.of(pool), values));
  }

  private static Payload payload(GradientSum sum) {
    return Objects.requireNonNull(sum.payload());
  }

  @Test
  void allNumbersAndTheCountsAreAdded() {
    float[] ones = new float[LENGTH];
    float[] numbers = new float[LENGTH];
    float[] expected = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      ones[i] = 1;
      numbers[i] = i;
      expected[i] = i + 1;
    }

    GradientSum total = sum(3, ones).plus(sum(4, numbers));

    assertThat(total.count()).isEqualTo(7);
    assertThat(payload(total).values().toFloats()).containsExactly(expected);
  }

  @Test
  void theLeftMemoryIsReusedAndTheRightGivenBack() {
    GradientSum left = sum(1, 1, 2);
    GradientSum right = sum(1, 3, 4);

    GradientSum total = left.plus(right);

    assertThat(total.payload()).isSameAs(left.payload());
    assertThat(pool.outstanding()).isEqualTo(1);
    assertThatThrownBy(() -> payload(right).values())
        .hasMessage("payload expects to be used before its release, got a use after");
    total.release();
    assertThat(pool.outstanding()).isZero();
  }

  @Test
  void aSumOverNoSamplesChangesNothing() {
    GradientSum none = new GradientSum(0, null);
    GradientSum some = sum(2, 5);

    assertThat(none.plus(some)).isSameAs(some);
    assertThat(some.plus(none)).isSameAs(some);
    assertThat(none.plus(new GradientSum(0, null))).isEqualTo(none);
    assertThat(payload(some).values().toFloats()).containsExactly(5);
  }

  @Test
  void aSumOverNoSamplesHasNothingToGiveBack() {
    new GradientSum(0, null).release();

    assertThat(pool.outstanding()).isZero();
  }
}
