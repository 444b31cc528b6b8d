package io.sparrowml.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparrowml.spark.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Configurations that come along, trained as they are on public data sets; skipped where {@code
 * SPARROW_DATA} does not say where they are.
 */
@Tag("slow")
class RealTrainingIT {
  private static final int SECONDS = 1200;

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "california-housing, validation.r2, 0.78",
    "sms-spam, validation.f1, 0.93",
    "fashion-mnist-cnn, test.accuracy, 0.912",
  })
  void reachesWhatSuchNetworksReach(String name, String metric, double least)
      throws IOException, InterruptedException {
    assumeTrue(
        System.getenv("SPARROW_DATA") != null, "SPARROW_DATA names no directory of data sets");
    Path output = temporary.resolve("run");

    Launcher.Result result =
        Launcher.start(
                temporary,
                List.of("train", "conf/" + name + ".yaml", "--output", output.toString()))
            .await(SECONDS);

    assertThat(result.status()).as(result.err()).isZero();
    List<String> lines = Files.readAllLines(output.resolve("metrics.jsonl"));
    JsonNode last = new ObjectMapper().readTree(lines.get(lines.size() - 1));
    assertThat(last.path(metric).asDouble()).as(metric).isBetween(least, 1.0);
  }
}
