package io.sparrowml.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.kernel.Precision;
import io.sparrowml.train.EpochRecord;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class TrainingRateTest {
  @Test
  void eachEpochHasTheSubjectsBatchAWorkerAndStepAndIsTimed() throws InterruptedException {
    List<EpochRecord> history =
        TrainingRate.train(
            new TrainingRate.Options(Subject.MLP, "local[2]", 2, Precision.FLOAT32, 1, 1), 1);

    assertThat(history).extracting(EpochRecord::step).containsExactly(8L, 16L);
    assertThat(history).allSatisfy(epoch -> assertThat(epoch.samplesPerSecond()).isPositive());
  }
}
