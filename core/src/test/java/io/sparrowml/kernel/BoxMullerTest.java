package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.empty;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomDraw;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.StepRandom;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ArenaExtension.class)
@Tag("onednn")
class BoxMullerTest {
  private static double[] numbers(long seed, int length) {
    double[] numbers = new double[length + length % 2];
    BoxMuller.fill(RandomKey.of(seed).value(), 0, numbers, length);
    return numbers;
  }

  @Test
  void theNumbersAreThoseOfTheFormula() {
    RandomKey key = RandomKey.of(5);
    double[] numbers = numbers(5, 20_000);
    for (int i = 0; i < numbers.length; i += 2) {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - key.uniform(i)));
      double angle = 2 * StrictMath.PI * key.uniform(i + 1);
      assertThat(numbers[i]).isCloseTo(radius * StrictMath.cos(angle), within(1e-10));
      assertThat(numbers[i + 1]).isCloseTo(radius * StrictMath.sin(angle), within(1e-10));
    }
  }

  @Test
  void theNumbersAreNormal() {
    int n = 400_000;
    double[] numbers = numbers(1, n);
    double[] moments = new double[5];
    for (double number : numbers) {
      for (int k = 1; k <= 4; k++) {
        moments[k] += Math.pow(number, k) / n;
      }
    }
    // Four standard deviations of the moments of so many numbers.
    assertThat(moments[1]).isCloseTo(0, within(4 / Math.sqrt(n)));
    assertThat(moments[2]).isCloseTo(1, within(4 * Math.sqrt(2.0 / n)));
    assertThat(moments[3]).isCloseTo(0, within(4 * Math.sqrt(15.0 / n)));
    assertThat(moments[4]).isCloseTo(3, within(4 * Math.sqrt(96.0 / n)));
    double[] sorted = Arrays.stream(numbers).sorted().toArray();
    for (int i = 0; i < n; i++) {
      // Kolmogorov and Smirnov's distance, at a level of one in a thousand.
      assertThat(NormalDistribution.probability(sorted[i]))
          .isCloseTo((i + 0.5) / n, within(1.95 / Math.sqrt(n)));
    }
  }

  @Test
  void theBitsAreTheSameOnEveryMachine() {
    assertThat(Arrays.hashCode(numbers(3, 4096))).isEqualTo(613162338);
  }

  @Test
  void eachTensorHasTheFirstOfTheSameNumbers(Arena arena) {
    RandomDraw draw = new StepRandom(RandomKey.of(9)).draw("3", "noise");
    double[] all = new double[5000];
    BoxMuller.fill(draw.key(), 0, all, 5000);
    try (Kernels fast = new OneDnnKernels(1);
        Kernels plain = new PlainKernels()) {
      for (int size : new int[] {0, 1, 7, 2047, 2048, 2049, 5000}) {
        Tensor doubles = empty(arena, DType.FLOAT64, size);
        plain.gaussian(draw, doubles).run();
        assertThat(doubles.toDoubles()).containsExactly(Arrays.copyOf(all, size));
        Tensor floats = empty(arena, DType.FLOAT32, size);
        fast.gaussian(draw, floats).run();
        Tensor expected = empty(arena, DType.FLOAT32, size).set(Arrays.copyOf(all, size));
        assertThat(floats.toFloats()).containsExactly(expected.toFloats());
      }
    }
  }
}
