package io.sparrowml.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.config.ConfigException;
import io.sparrowml.spark.cluster.TrainingException;
import io.sparrowml.tensor.ShapeException;
import java.io.IOException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void aWrongConfigurationIsStatus2() {
    assertThat(Failure.of(new ConfigException("a: is required")))
        .isEqualTo(new Failure(2, "a: is required"));
    assertThat(Failure.of(new ShapeException("1: dense expects [n, k]")))
        .isEqualTo(new Failure(2, "1: dense expects [n, k]"));
  }

  @Test
  void theInnermostOwnErrorIsTheCause() {
    TrainingException own = new TrainingException("lost executor 1");
    assertThat(Failure.of(new SparkException("Job aborted", new RuntimeException(own))))
        .isEqualTo(new Failure(1, "lost executor 1"));
  }

  @Test
  void anErrorOfOthersIsNamed() {
    assertThat(Failure.of(new IOException("disk full\nat sector 3")))
        .isEqualTo(new Failure(1, "IOException: disk full; --verbose shows where it comes from"));
    assertThat(Failure.of(new SparkException("Job aborted", null)))
        .isEqualTo(new Failure(1, "Job aborted; --verbose shows where it comes from"));
  }
}
