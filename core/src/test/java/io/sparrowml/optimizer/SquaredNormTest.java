package io.sparrowml.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SquaredNormTest {

  private static SquaredNorm of(float... numbers) {
    SquaredNorm norm = new SquaredNorm();
    norm.add(numbers, numbers.length);
    return norm;
  }

  @Test
  void theNormIsTheRootOfTheSumOfSquares() {
    assertThat(of().norm()).isZero();
    assertThat(of(0, -0f).norm()).isZero();
    assertThat(of(-3).norm()).isEqualTo(3);
    assertThat(of(3, 0, 0, 0, 0, -4).norm()).isEqualTo(5);
    assertThat(of(1e-3f, 2e-3f).norm()).isCloseTo(Math.sqrt(5e-6), within(1e-9));
  }

  @Test
  void theSmallestAndTheLargestNumbersCount() {
    float largest = Float.MAX_VALUE;
    SquaredNorm many = new SquaredNorm();
    float[] numbers = new float[2048];
    Arrays.fill(numbers, largest);
    for (int i = 0; i < 512; i++) {
      many.add(numbers, numbers.length);
    }

    assertThat(of(Float.MIN_VALUE).norm()).isEqualTo(Float.MIN_VALUE);
    assertThat(of(largest).norm()).isEqualTo(largest);
    assertThat(many.norm()).isEqualTo(1024.0 * largest);
  }

  @Test
  void smallSquaresAreNotLostBesideLargeOnes() {
    float[] numbers = new float[16 * 1001];
    numbers[0] = 1;
    for (int group = 1; group <= 1000; group++) {
      numbers[16 * group] = 1e-9f;
    }

    long[] digits = of(numbers).digits();
    SquaredNorm rest = of(1);
    for (int i = 0; i < digits.length; i++) {
      digits[i] -= rest.digits()[i];
    }
    SquaredNorm small = new SquaredNorm();
    small.add(digits);

    assertThat(small.norm()).isCloseTo(1e-9 * Math.sqrt(1000), within(1e-15));
  }

  @Property(tries = 300, seed = "42")
  void anyPartsInAnyOrderGiveTheSameBits(
      @ForAll @Size(max = 200) List<Float> given,
      @ForAll @IntRange(min = 1, max = 5) int parts,
      @ForAll long seed) {
    float[] numbers = new float[given.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = given.get(i);
    }
    List<long[]> sums = new ArrayList<>();
    int groups = (numbers.length + 15) / 16;
    for (int part = 0; part < parts; part++) {
      int from = Math.min(numbers.length, part * groups / parts * 16);
      int end = Math.min(numbers.length, (part + 1) * groups / parts * 16);
      sums.add(of(Arrays.copyOfRange(numbers, from, end)).digits());
    }
    Collections.shuffle(sums, new Random(seed));
    SquaredNorm merged = new SquaredNorm();
    sums.forEach(merged::add);

    assertThat(merged.digits()).containsExactly(of(numbers).digits());
    assertThat(merged.norm()).isEqualTo(of(numbers).norm());
    double plain = 0;
    for (float number : numbers) {
      plain += (double) number * number;
    }
    assertThat(merged.norm()).isCloseTo(Math.sqrt(plain), within(1e-12 * Math.sqrt(plain)));
  }

  @Test
  void digitsOfAnotherLengthAreRefused() {
    assertThatThrownBy(() -> new SquaredNorm().add(new long[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("squared norm: add expects 21 digits, got 3");
  }
}
