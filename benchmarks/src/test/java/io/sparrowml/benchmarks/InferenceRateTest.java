package io.sparrowml.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class InferenceRateTest {
  @Test
  void threadsWithAnInstanceEachPredict() throws Exception {
    Duration moment = Duration.ofMillis(1);

    double rate =
        InferenceRate.rate(new InferenceRate.Options(Subject.RESNET20, 2, moment, moment, 3));

    assertThat(rate).isPositive();
  }
}
