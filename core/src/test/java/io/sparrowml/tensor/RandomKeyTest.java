package io.sparrowml.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomKeyTest {
  private static final int MANY = 200_000;

  /** Resumed runs rely on these numbers; the first is SplitMix64's for the seed 42. */
  @Test
  void theBitsAreTheSameForever() {
    RandomKey key = RandomKey.of(42);

    assertThat(key.value()).isEqualTo(0xBDD732262FEB6E95L);
    assertThat(key.bits(0)).isEqualTo(0x57E1FABA65107204L);
    assertThat(key.bits(1)).isEqualTo(0xF4ABD143FEB24055L);
    assertThat(key.with(7).value()).isEqualTo(0x4BCB1F5EDB585A71L);
    assertThat(key.with("dropout").value()).isEqualTo(0x54873521E4D66A24L);
    assertThat(key.uniform(0)).isEqualTo(0.34329192209867343);
    assertThat(key.normal(0)).isEqualTo(0.8818545873573221);
    assertThat(key.below(0, 1000)).isEqualTo(343);
  }

  @Test
  void uniformNumbersFillTheIntervalEvenly() {
    RandomKey key = RandomKey.of(1);
    int[] bins = new int[100];
    for (int i = 0; i < MANY; i++) {
      bins[(int) (key.uniform(i) * bins.length)]++;
    }

    double expected = (double) MANY / bins.length;
    double chiSquare = 0;
    for (int count : bins) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    // 99 degrees of freedom: mean 99, standard deviation 14.
    assertThat(chiSquare).isBetween(50.0, 160.0);
  }

  @Test
  void wholeNumbersAreUniformBelowTheirBound() {
    RandomKey key = RandomKey.of(2);
    int[] counts = new int[7];
    for (int i = 0; i < MANY; i++) {
      counts[key.below(i, counts.length)]++;
    }

    for (int count : counts) {
      assertThat((double) count / MANY).isCloseTo(1.0 / 7, within(0.004));
    }
    assertThat(key.below(3, 1)).isZero();
    assertThat(key.below(3, Integer.MAX_VALUE)).isNotNegative();
  }

  @Test
  void normalNumbersHaveTheMomentsOfTheNormalDistribution() {
    RandomKey key = RandomKey.of(3);
    double[] moments = new double[5];
    for (int i = 0; i < MANY; i++) {
      double x = key.normal(i);
      for (int power = 1; power <= 4; power++) {
        moments[power] += Math.pow(x, power) / MANY;
      }
    }

    assertThat(moments[1]).isCloseTo(0, within(0.01));
    assertThat(moments[2]).isCloseTo(1, within(0.02));
    assertThat(moments[3]).isCloseTo(0, within(0.05));
    assertThat(moments[4]).isCloseTo(3, within(0.15));
  }

  @Test
  void neighboursAreUncorrelated() {
    RandomKey key = RandomKey.of(4);

    assertThat(correlation(key, 0, key, 1)).isCloseTo(0, within(0.01));
    assertThat(correlation(key.with(0), 0, key.with(1), 0)).isCloseTo(0, within(0.01));
    assertThat(correlation(RandomKey.of(0), 0, RandomKey.of(1), 0)).isCloseTo(0, within(0.01));
    assertThat(correlation(key.with("a"), 0, key.with("b"), 0)).isCloseTo(0, within(0.01));
  }

  private static double correlation(RandomKey a, int fromA, RandomKey b, int fromB) {
    double sum = 0;
    for (int i = 0; i < MANY; i++) {
      sum += (a.uniform(fromA + i) - 0.5) * (b.uniform(fromB + i) - 0.5);
    }
    return sum / MANY * 12;
  }

  @Test
  void keysOfDifferentPartsDiffer() {
    Set<Long> values = new HashSet<>();
    RandomKey key = RandomKey.of(5);
    for (int i = 0; i < 1000; i++) {
      values.add(key.with(i).value());
      values.add(key.with(0).with(i).value());
      values.add(key.with("layer-" + i).value());
      values.add(RandomKey.of(i).value());
    }

    assertThat(values).hasSize(4000);
    assertThat(key.with("ab")).isNotEqualTo(key.with("ba"));
    assertThat(key.with("a").with("b")).isNotEqualTo(key.with("ab"));
    assertThat(key.with(1).with(2)).isNotEqualTo(key.with(2).with(1));
  }
}
