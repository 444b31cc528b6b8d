package io.sparrowml.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void biasesScalesAndScalarsAreMatrices() {
    assertThat(spread(Shape.of(512), 128, 512)).isEqualTo(new Spread(128, 512, 1, 512));
    assertThat(spread(Shape.of(128, 1), 128, 10)).isEqualTo(new Spread(128, 10, 128, 1));
    assertThat(spread(Shape.of(), 128, 10)).isEqualTo(new Spread(1, 1280, 1, 1));
    assertThat(spread(Shape.of(3), 8, 28, 28, 3)).isEqualTo(new Spread(6272, 3, 1, 3));
    assertThat(spread(Shape.of(8, 1, 1, 3), 8, 1, 1, 3)).isEqualTo(new Spread(1, 24, 1, 24));
  }

  @Test
  void whatStretchesInBetweenIsNone() {
    assertThat(spread(Shape.of(2, 1, 3), 2, 5, 3)).isNull();
    assertThat(spread(Shape.of(5, 1), 2, 5, 3)).isNull();
  }

  @Test
  void nothingStretchesBetweenEqualShapes() {
    assertThat(new Spread(1, 24, 1, 24).isSame()).isTrue();
    assertThat(new Spread(1, 24, 1, 1).isSame()).isFalse();
    assertThat(new Spread(2, 3, 1, 3).repeatsRows()).isTrue();
    assertThat(new Spread(2, 3, 2, 1).repeatsRows()).isFalse();
  }

  private static @Nullable Spread spread(Shape small, int... large) {
    return Spread.of(small, Shape.of(large));
  }
}
