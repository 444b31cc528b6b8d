package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparrowml.spark.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Trainings by the command line, of something small with all that has a state: batch normalization,
 * dropout, the optimizer, early stopping; and what can happen to their processes.
 *
 * @param scratch where everything is written
 */
record Trainings(Path scratch) {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CONFIGURATION =
      """
      name: recovery
      seed: 7
      data:
        format: synthetic-digits
        train: {rows: 6000}
        validation: 0.1
      model:
        input: [28, 28, 1]
        layers:
          - conv2d: {filters: 8, size: 3, stride: 2, use-bias: false}
          - batch-norm
          - relu
          - flatten
          - dropout: {rate: 0.2}
          - dense: {units: 10}
      training:
        loss: softmax-cross-entropy
        optimizer: {adam: {learning-rate: 0.001}}
        batch-size: 96
        epochs: 16
        metrics: [accuracy]
        early-stopping: {metric: validation.loss, patience: 12}
      cluster: {logical-workers: 6, deadline: 5s}
      output: %s
      """;

  /** Starts one. */
  Launcher.Run start(String name, String master, List<String> more) throws IOException {
    return start(List.of(), name, master, more);
  }

  /**
   * Starts one by another command.
   *
   * @param before what stands before the command
   */
  Launcher.Run start(List<String> before, String name, String master, List<String> more)
      throws IOException {
    Path configuration = scratch.resolve(name + ".yaml");
    Files.writeString(configuration, CONFIGURATION.formatted(scratch.resolve(name)));
    List<String> arguments =
        new ArrayList<>(List.of("train", configuration.toString(), "--master", master));
    arguments.addAll(more);
    return Launcher.start(scratch, before, arguments);
  }

  /** Waits for the end of one, and says what came of it. */
  String sha256(String name, Launcher.Run run) throws IOException, InterruptedException {
    Launcher.Result result = run.await(240);
    assertThat(result.status()).as(result.toString()).isZero();
    JsonNode report = JSON.readTree(scratch.resolve(name).resolve("run.json").toFile());
    return report.path("weights-sha256").asText();
  }

  /** Waits for the end of an epoch. */
  static void awaitEpoch(int epoch, Launcher.Run run) {
    Awaitility.await()
        .atMost(120, TimeUnit.SECONDS)
        .until(() -> run.out().contains("epoch " + epoch + "/"));
  }

  /** The processes of executors that are there. */
  static List<ProcessHandle> executors(Launcher.Run run) {
    return run.process()
        .descendants()
        .filter(p -> p.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  /** The process of an executor. */
  static ProcessHandle executor(Launcher.Run run, int id) {
    return executors(run).stream()
        .filter(p -> p.info().commandLine().orElse("").contains("--executor-id " + id + " "))
        .findFirst()
        .orElseThrow();
  }

  /** Sends a signal. */
  static void signal(String name, ProcessHandle to) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, "" + to.pid()).start().waitFor()).isZero();
  }
}
