package io.sparrowml.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparrowml.spark.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver is killed, and the training goes on on another cluster. */
@Tag("slow")
class ResumeIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path scratch;

  private List<String> arguments(String output, String master, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "conf/quickstart.yaml",
                "--master",
                master,
                "--set",
                "data.train.rows=4000",
                "--set",
                "data.test.rows=500",
                "--set",
                "training.epochs=12",
                "--output",
                scratch.resolve(output).toString()));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private Launcher.Result run(List<String> arguments) throws IOException, InterruptedException {
    return Launcher.start(scratch, arguments).await(240);
  }

  @Test
  void aKilledDriversTrainingEndsWithTheSameBitsOnAnotherCluster() throws Exception {
    Launcher.Result whole = run(arguments("whole", "local[2]"));
    assertThat(whole.status()).as(whole.err()).isZero();

    Launcher.Run cut =
        Launcher.start(
            scratch, arguments("cut", "local-cluster[2,1,1024]", "--set", "checkpoint.every=1"));
    Awaitility.await().atMost(120, TimeUnit.SECONDS).until(() -> cut.out().contains("epoch 4/"));
    cut.kill();
    assertThat(scratch.resolve("cut")).doesNotExist();

    Launcher.Result refused = run(arguments("cut", "local[1]", "--set", "checkpoint.every=1"));
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .startsWith("sparrow: output: expects no checkpoints of a training that was cut short")
        .contains("--resume");

    Launcher.Result other =
        run(
            arguments(
                "cut", "local[1]", "--set", "checkpoint.every=1", "--resume", "--set", "seed=7"));
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err()).contains("expects the training of the checkpoint, with ");

    Launcher.Result resumed =
        run(arguments("cut", "local[1]", "--set", "checkpoint.every=1", "--resume"));
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(resumed.out()).containsPattern("going on from step \\d+, the end of epoch \\d+\n");
    assertThat(sha256("cut")).matches("[0-9a-f]{64}").isEqualTo(sha256("whole"));
    assertThat(metrics("cut")).hasSize(13).isEqualTo(metrics("whole"));
    assertThat(scratch.resolve("cut/checkpoints")).doesNotExist();
    assertThat(scratch.resolve("cut.incomplete")).doesNotExist();
  }

  private String sha256(String output) throws IOException {
    JsonNode run = JSON.readTree(scratch.resolve(output).resolve("run.json").toFile());
    return run.path("weights-sha256").asText();
  }

  /** What was measured in each epoch and at the end, times left out. */
  private List<Map<String, String>> metrics(String output) throws IOException {
    List<Map<String, String>> metrics = new ArrayList<>();
    for (String line : Files.readAllLines(scratch.resolve(output).resolve("metrics.jsonl"))) {
      Map<String, String> values = new TreeMap<>();
      JSON.readTree(line)
          .properties()
          .forEach(each -> values.put(each.getKey(), each.getValue().toString()));
      values.remove("seconds");
      values.remove("samples_per_second");
      metrics.add(values);
    }
    return metrics;
  }
}
