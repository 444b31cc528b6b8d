package io.sparrowml.spark.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SplitTest {
  private static byte[] row(int i) {
    return ("row " + i).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void dealsRowsEvenlyAndIndependentlyOfValidation() {
    Split split = new Split(42, 8, 0.2);
    int[] rows = new int[8];
    int[] validation = new int[8];
    for (int i = 0; i < 80_000; i++) {
      long hash = split.hash(row(i));
      rows[split.worker(hash)]++;
      validation[split.worker(hash)] += split.validates(hash) ? 1 : 0;
    }

    for (int w = 0; w < 8; w++) {
      assertThat((double) rows[w]).isCloseTo(10_000, within(400.0));
      assertThat((double) validation[w] / rows[w]).isCloseTo(0.2, within(0.02));
    }
  }

  @Test
  void contentsAndSeedsHaveTheirOwnHashes() {
    Set<Long> hashes = new HashSet<>();
    for (int length = 0; length < 40; length++) {
      hashes.add(new Split(1, 1, 0).hash(new byte[length]));
    }
    for (int i = 0; i < 10_000; i++) {
      hashes.add(new Split(1, 1, 0).hash(row(i)));
      hashes.add(new Split(2, 1, 0).hash(row(i)));
    }

    assertThat(hashes).hasSize(20_040);
  }

  @Test
  void hashesStayTheSameFromVersionToVersion() {
    assertThat(new Split(42, 1, 0).hash(row(12345))).isEqualTo(8901998321415917029L);
  }
}
