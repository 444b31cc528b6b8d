package io.sparrowml.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparrowml.spark.Launcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --profile}, on this machine and with executors in JVMs of their own. */
@Tag("slow")
class ProfileIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Of an executor in a step, as the formula in docs/cluster.md has it: for each of 8 shards, half
   * of them its own, one message of 192 bytes and 4 for each of the 203,536 numbers; the own ones
   * go to the other executor, which stands by.
   */
  private static final long GRADIENT_BYTES = 8 * 192 + 4 * 203_536;

  @TempDir private Path scratch;

  private Launcher.Result train(String name, String master, String... more)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "conf/quickstart.yaml",
                "--master",
                master,
                "--set",
                "data.train.rows=3000",
                "--set",
                "data.test.rows=500",
                "--set",
                "training.epochs=2",
                "--output",
                scratch.resolve(name).toString()));
    arguments.addAll(List.of(more));
    Launcher.Result result = Launcher.start(scratch, arguments).await(240);
    assertThat(result.status()).as(result.toString()).isZero();
    return result;
  }

  private JsonNode file(String run, String name) throws IOException {
    return JSON.readTree(scratch.resolve(run).resolve(name).toFile());
  }

  @Test
  void aProfileShowsAllPhasesAndLayersAndChangesNoBit() throws Exception {
    Launcher.Result plain = train("plain", "local[2]");
    Launcher.Result local = train("local", "local[2]", "--profile");
    Launcher.Result separate = train("separate", "local-cluster[2,1,1024]", "--profile");

    assertThat(plain.out()).doesNotContain("ms a step");
    assertThat(local.err()).isEmpty();
    assertThat(scratch.resolve("plain").resolve("profile.json")).doesNotExist();
    String weights = file("plain", "run.json").path("weights-sha256").asText();
    assertThat(weights).hasSize(64);
    assertThat(file("plain", "run.json").path("first-step-seconds").asDouble())
        .isBetween(1.0, 240.0);
    for (Launcher.Result result : List.of(local, separate)) {
      assertThat(result.out())
          .containsPattern(
              "\n44 steps of 2 compute slots\n\nphase +ms a step +share\ninput .*\nforward .*"
                  + "\nbackward .*\nmetrics .*\nreduce .*\noptimizer .*\nwait .*\nother .*\nall .*"
                  + "\n\nlayer +kind +forward ms +backward ms +share\n0 +flatten .*\n1 +dense .*"
                  + "\n2 +dropout .*\n3 +dense .*\nloss +softmax-cross-entropy .*"
                  + "\n(\nsent a step .*\nexecutor 1 .*\nexecutor 2 .*\n)?final ");
    }
    assertThat(file("local", "profile.json").path("sent")).isEmpty();
    JsonNode sent = file("separate", "profile.json").path("sent");
    assertThat(sent).hasSize(2);
    for (JsonNode executor : sent) {
      assertThat(executor.path("gradients").asLong()).isEqualTo(44 * GRADIENT_BYTES);
    }
    assertThat(separate.out()).containsPattern("\nsent a step +gradients +parameters +other\nexec");
    for (String run : List.of("local", "separate")) {
      assertThat(file(run, "run.json").path("weights-sha256").asText()).as(run).isEqualTo(weights);
      checkSums(file(run, "profile.json"));
    }
  }

  /** Phases add up to the step, and layers to forward and backward. */
  private static void checkSums(JsonNode profile) {
    JsonNode phases = profile.path("phases");
    double sum = 0;
    for (JsonNode phase : phases) {
      assertThat(phase.asDouble()).as(phases.toString()).isNotNegative();
      sum += phase.asDouble();
    }
    assertThat(profile.path("step").asDouble()).isCloseTo(sum, by());
    double forward = 0;
    double backward = 0;
    for (JsonNode layer : profile.path("layers")) {
      forward += layer.path("forward").asDouble();
      backward += layer.path("backward").asDouble();
    }
    assertThat(phases.path("forward").asDouble()).isPositive().isCloseTo(forward, by());
    assertThat(phases.path("backward").asDouble()).isPositive().isCloseTo(backward, by());
    for (String phase : List.of("input", "reduce", "optimizer")) {
      assertThat(phases.path(phase).asDouble()).as(phase).isPositive();
    }
  }

  private static Offset<Double> by() {
    return Offset.offset(1e-6);
  }
}
