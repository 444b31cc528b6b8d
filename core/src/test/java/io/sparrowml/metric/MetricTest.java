package io.sparrowml.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class MetricTest {
  private static Tensor tensor(Arena arena, Shape shape, double... values) {
    return new Tensor(DType.FLOAT32, shape, arena.allocate(shape.size() * 4)).set(values);
  }

  @Test
  void accuracyCountsTheLargestOutput() {
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Accuracy accuracy = new Accuracy();
      long[] state = accuracy.zero();
      Tensor outputs = tensor(arena, Shape.of(4, 3), 1, 2, 3, 3, 2, 1, 5, 5, 1, 0, 0, 9);
      Tensor targets = tensor(arena, Shape.of(4), 2, 0, 1, 0);

      accuracy.add(state, outputs, targets, tensor(arena, Shape.of(4), 0, 0, 0, 0), 3);

      assertThat(state).containsExactly(3, 2);
      assertThat(accuracy.result(state)).isCloseTo(2 / 3.0, within(1e-15));
    }
  }

  @Test
  void oneOutputPredictsClassOneAboveZero() {
    assertThat(Accuracy.predicted(new float[] {0.1f}, 0, 1)).isEqualTo(1);
    assertThat(Accuracy.predicted(new float[] {0f}, 0, 1)).isZero();
  }

  @Test
  void theMeanOfNothingIsNotANumber() {
    assertThat(new MeanLoss().result(new MeanLoss().zero())).isNaN();
    assertThat(new Accuracy().result(new Accuracy().zero())).isNaN();
  }

  @Property
  void sumsAreExactInAnyOrder(@ForAll List<@DoubleRange(min = -1e20, max = 1e20) Double> numbers) {
    long[] forward = new long[ExactSum.LENGTH];
    long[] left = new long[ExactSum.LENGTH];
    long[] right = new long[ExactSum.LENGTH];
    BigDecimal unit = BigDecimal.ONE.divide(BigDecimal.valueOf(2).pow(40));
    BigDecimal expected = BigDecimal.ZERO;
    for (int i = 0; i < numbers.size(); i++) {
      ExactSum.add(forward, 0, numbers.get(i));
      ExactSum.add(i % 3 == 0 ? left : right, 0, numbers.get(numbers.size() - 1 - i));
      BigDecimal units = new BigDecimal(numbers.get(i)).divide(unit);
      expected =
          expected.add(
              new BigDecimal(units.setScale(0, java.math.RoundingMode.HALF_UP).toBigInteger()));
    }
    ExactSum.merge(left, 0, right, 0);

    assertThat(left).isEqualTo(forward);
    assertThat(ExactSum.value(forward, 0))
        .isCloseTo(
            expected.multiply(unit).doubleValue(),
            within(1e-11 + 1e-15 * expected.multiply(unit).abs().doubleValue()));
  }

  @Test
  void aSumWithANumberOutOfRangeIsNotANumber() {
    long[] state = new long[ExactSum.LENGTH];
    ExactSum.add(state, 0, 1);
    ExactSum.add(state, 0, Double.NaN);
    assertThat(ExactSum.value(state, 0)).isNaN();
  }
}
