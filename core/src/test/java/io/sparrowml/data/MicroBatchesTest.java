package io.sparrowml.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MicroBatchesTest {
  @Test
  void theLastStepMayBeSmaller() {
    assertThat(new MicroBatches(1000, 256).steps()).isEqualTo(4);
    assertThat(new MicroBatches(1024, 256).steps()).isEqualTo(4);
    assertThat(new MicroBatches(1025, 256).steps()).isEqualTo(5);
    assertThat(new MicroBatches(0, 256).steps()).isEqualTo(1);
  }

  @Property
  void theStepsCoverTheRowsOfAWorkerInEqualParts(
      @ForAll @IntRange(max = 3000) int workerRows,
      @ForAll @IntRange(max = 9000) int otherRows,
      @ForAll @IntRange(min = 1, max = 700) int batch) {
    MicroBatches batches = new MicroBatches((long) workerRows + otherRows, batch);

    int position = 0;
    for (int step = 0; step < batches.steps(); step++) {
      assertThat(batches.from(step, workerRows)).isEqualTo(position);
      int length = batches.from(step + 1, workerRows) - position;
      assertThat(length).isBetween(workerRows / batches.steps(), batches.largest(workerRows));
      position += length;
    }
    assertThat(position).isEqualTo(workerRows);
  }

  @Test
  void anEmptyBatchIsRefused() {
    assertThatThrownBy(() -> new MicroBatches(10, 0))
        .hasMessage(
            "micro-batches expects at least 0 rows and a batch of at least 1, got 10 and 0");
  }
}
