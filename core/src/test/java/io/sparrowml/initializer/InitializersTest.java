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
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ArenaExtension.class)
class InitializersTest {
  /** A convolution's kernel: 3 x 3 x 40 inputs feed a unit, an input feeds 3 x 3 x 60 units. */
  private static final Shape KERNEL = Shape.of(3, 3, 40, 60);

  private static double[] filled(Arena arena, Initializer initializer) {
    Tensor tensor = Tensor.allocate(arena, DType.FLOAT64, KERNEL);
    initializer.fill(tensor, RandomKey.of(3));
    return tensor.toDoubles();
  }

  @Test
  void meansAndVariancesAreThoseOfTheFormulas(Arena arena) {
    double truncated = 0.7737413;
    Map<Initializer, Double> variances =
        Map.of(
            new HeNormal(), 2 / 360.0,
            new HeUniform(), 2 / 360.0,
            new XavierNormal(), 2 / 900.0,
            new XavierUniform(), 2 / 900.0,
            new LecunNormal(), 1 / 360.0,
            new LecunUniform(), 1 / 360.0,
            new Normal(0.3, 0), 0.09,
            new Uniform(-2, 2), 16 / 12.0,
            new TruncatedNormal(0.5), 0.25 * truncated,
            new Orthogonal(2), 4 / 360.0);
    variances.forEach(
        (initializer, variance) -> {
          double[] numbers = filled(arena, initializer);
          double mean = Arrays.stream(numbers).average().orElseThrow();
          double square = Arrays.stream(numbers).map(x -> x * x).average().orElseThrow();
          // Four standard deviations over 21600 normal numbers.
          assertThat(mean)
              .as("mean of %s", initializer)
              .isCloseTo(0, within(4 * Math.sqrt(variance / numbers.length)));
          assertThat(square)
              .as("variance of %s", initializer)
              .isCloseTo(variance, within(4 * variance * Math.sqrt(2.0 / numbers.length)));
        });
  }

  @Test
  void truncatedNumbersStayWithinTwoDeviations(Arena arena) {
    double[] numbers = filled(arena, new TruncatedNormal(0.5));

    assertThat(Arrays.stream(numbers).map(Math::abs).max().orElseThrow()).isBetween(0.98, 1.0);
    double[] whole = filled(arena, new Normal(0.5, 0));
    for (int i = 0; i < whole.length; i++) {
      if (Math.abs(whole[i]) <= 1) {
        assertThat(numbers[i]).isEqualTo(whole[i]);
      }
    }
  }

  @Test
  void uniformNumbersFillTheirRange(Arena arena) {
    double[] numbers = filled(arena, new Uniform(1, 4));

    assertThat(Arrays.stream(numbers).min().orElseThrow()).isBetween(1.0, 1.01);
    assertThat(Arrays.stream(numbers).max().orElseThrow()).isBetween(3.99, 4.0);
  }

  @Test
  void constantsAreTheSameEverywhere(Arena arena) {
    assertThat(filled(arena, new Zeros())).containsOnly(0);
    assertThat(filled(arena, new Ones())).containsOnly(1);
    assertThat(filled(arena, new Constant(0.01))).containsOnly(0.01);
    assertThat(Arrays.stream(filled(arena, new Normal(0.1, 5))).average().orElseThrow())
        .isCloseTo(5, within(0.003));
  }

  @Test
  void theSameKeyGivesTheSameNumbers(Arena arena) {
    for (Initializer initializer : new Initializer[] {new TruncatedNormal(1), new Orthogonal()}) {
      assertThat(filled(arena, initializer)).containsExactly(filled(arena, initializer));
    }
  }

  @Test
  void wrongNumbersAreNamed() {
    assertThatThrownBy(() -> new Normal(0, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("stddev: expects a number above 0, got 0.0");
    assertThatThrownBy(() -> new TruncatedNormal(-1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("stddev: expects a number above 0, got -1.0");
    assertThatThrownBy(() -> new Uniform(1, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("high: expects a number above low, 1.0, got 1.0");
  }
}
