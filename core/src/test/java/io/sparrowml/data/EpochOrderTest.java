package io.sparrowml.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.tensor.RandomKey;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EpochOrderTest {
  private static final RandomKey SEED = RandomKey.of(7);

  @Property
  void eachRowIsVisitedOnce(
      @ForAll @IntRange(max = 500) int rows,
      @ForAll @IntRange(min = 1, max = 40) int chunk,
      @ForAll @IntRange(min = 1, max = 9) int window) {
    int[] order = new EpochOrder(chunk, window).of(SEED, 3, 1, rows);

    Arrays.sort(order);
    assertThat(order).isEqualTo(IntStream.range(0, rows).toArray());
  }

  @Property
  void aWindowHoldsTheRowsOfItsChunksAlone(
      @ForAll @IntRange(min = 1, max = 30) int chunks, @ForAll @IntRange(max = 20) int epoch) {
    int rows = 16 * chunks;
    int[] order = new EpochOrder(16, 4).of(SEED, epoch, 0, rows);

    for (int from = 0; from < rows; from += 64) {
      int to = Math.min(from + 64, rows);
      long seen = Arrays.stream(order, from, to).map(row -> row / 16).distinct().count();
      assertThat(seen).isEqualTo((to - from) / 16);
    }
  }

  @Test
  void epochsWorkersAndSeedsDiffer() {
    EpochOrder order = new EpochOrder(16, 4);
    int[] first = order.of(SEED, 0, 0, 200);

    assertThat(order.of(SEED, 0, 0, 200)).isEqualTo(first);
    assertThat(order.of(SEED, 1, 0, 200)).isNotEqualTo(first);
    assertThat(order.of(SEED, 0, 1, 200)).isNotEqualTo(first);
    assertThat(order.of(RandomKey.of(8), 0, 0, 200)).isNotEqualTo(first);
  }

  @Test
  void staysTheSameFromVersionToVersion() {
    assertThat(new EpochOrder(4, 2).of(SEED, 0, 0, 10))
        .containsExactly(8, 4, 6, 5, 9, 7, 0, 3, 2, 1);
  }
}
