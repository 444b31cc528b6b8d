package io.sparrowml.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class MllibRateTest {
  @Test
  void thePassesOfSparksOwnPerceptronAreFoundAndTimed() throws IOException {
    assertThat(MllibRate.rate(new MllibRate.Options(1, 1, 2), 256)).isPositive();
  }
}
