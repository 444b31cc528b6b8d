package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final long MIB = 1 << 20;
  private static final MemoryPlan PLAN =
      new MemoryPlan(10 * MIB, 8 * MIB, 16 * MIB, 12 * MIB, 4 * MIB, 24 * MIB, 16 * MIB);

  @Test
  void whatFitsIsAccepted() {
    assertThatCode(() -> PLAN.check(100 * MIB, 20 * MIB, "executor 1")).doesNotThrowAnyException();
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheSettingAndTheValue() {
    assertThatThrownBy(() -> PLAN.check(100 * MIB - 1, 20 * MIB, "executor 1 on host"))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "executor 1 on host: training expects 100 MiB of off-heap memory (parameters 8, gradients 16, shards 12, messages 4, activations 24, rows 16), got a limit of 100 MiB; set --executor-memory (in local mode --driver-memory) to at least 381m, or lower training.batch-size");
  }

  @Test
  void slotsThatTakeMoreThanHalfOfTheHeapAreRefused() {
    assertThatThrownBy(() -> PLAN.check(100 * MIB, 20 * MIB - 2, "executor 1 on host"))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "executor 1 on host: training expects 10 MiB for the optimizer's slots in at most half of the heap, got a heap of 20 MiB; set --executor-memory (in local mode --driver-memory) to at least 276m, or take an optimizer with fewer slots");
  }
}
