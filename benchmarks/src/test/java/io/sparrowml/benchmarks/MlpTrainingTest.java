package io.sparrowml.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.train.EpochRecord;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class MlpTrainingTest {
  @Test
  void eachEpochHas128SamplesAWorkerAndStepAndIsTimed() throws InterruptedException {
    List<EpochRecord> history = MlpTraining.train(2, 1, 2);

    assertThat(history).extracting(EpochRecord::step).containsExactly(8L, 16L);
    assertThat(history).allSatisfy(epoch -> assertThat(epoch.samplesPerSecond()).isPositive());
  }
}
