package io.sparrowml.spark.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparrowTest {
  @TempDir Path temporary;

  /** What a command gave back. */
  private record Outcome(int status, String out, String err) {}

  private static Outcome run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Sparrow.run(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            Map.of(),
            arguments);
    return new Outcome(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "trian x.yaml | unknown command 'trian', did you mean 'train'?; see ./sparrow help",
        "train | train: expects CONFIG, got nothing; see ./sparrow help train",
        "train a.yaml b.yaml | train: unknown argument 'b.yaml'; see ./sparrow help train",
        "train a.yaml --outptu x | train: unknown option '--outptu', did you mean '--output'?; see"
            + " ./sparrow help train",
        "train no.yaml | expects a configuration file, got 'no.yaml', which is none",
        "describe no.yaml | expects a configuration file, got 'no.yaml', which is none",
      })
  void wrongCommandsGetOneMessageAndStatus2(String command, String message) {
    assertThat(run(command.split(" "))).isEqualTo(new Outcome(2, "", "sparrow: " + message + "\n"));
  }

  @Test
  void noCommandIsWrong() {
    assertThat(run())
        .isEqualTo(
            new Outcome(2, "", "sparrow: expects a command, got none; see ./sparrow help\n"));
  }

  @Test
  void theStackTraceIsForTheVerbose() {
    assertThat(run("train", "no.yaml", "--verbose").err())
        .startsWith("sparrow: expects a configuration file, got 'no.yaml', which is none\n")
        .contains("\tat io.sparrowml.spark.cli.RunConfig.load(");
  }

  @Test
  void aRunDirectoryThatExistsIsFoundBeforeAnythingRuns() throws Exception {
    Files.writeString(temporary.resolve("file"), "x");
    assertThat(run("train", "../conf/quickstart.yaml", "--output", temporary.toString()))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "sparrow: output: expects a directory that does not exist yet, got '"
                    + temporary
                    + "', which does; remove it or choose another with --output\n"));
  }

  @Test
  void shapesThatDoNotFitAreFoundBeforeAnythingRuns() {
    Outcome outcome = run("train", "../conf/quickstart.yaml", "--set", "model.layers[0]=relu");
    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                2,
                "",
                "sparrow: model: the loss expects outputs [n, 10] for 10 classes, got [n, 28, 28,"
                    + " 10] from the last layer; put flatten, or a layer that pools, before the"
                    + " first dense layer\n"));
  }

  @Test
  void describeShowsLayersAndWhatTheyTake() {
    Outcome outcome = run("describe", "../conf/quickstart.yaml");
    assertThat(outcome.out())
        .isEqualTo(
            """
            layer  kind     output          parameters
                   input    [n, 28, 28, 1]
                0  flatten  [n, 784]                 0
                1  dense    [n, 256]           200,960
                2  dropout  [n, 256]                 0
                3  dense    [n, 10]              2,570
            total: 203,530 parameters

            memory           bytes  for
            parameters     814,144  each executor
            gradients      814,144  each compute slot
            activations    102,400  each compute slot, 32 samples of a batch of 128
            optimizer    1,628,288  all executors together

            traffic a step    bytes  for
            push            814,144  each executor and subtree of logical workers that it hosts
            pull            814,144  each executor
            """);
    assertThat(outcome.status()).isZero();
  }

  @Test
  void describeShowsWhatModesAndCompressionsSend() {
    Outcome outcome =
        run(
            "describe",
            "../conf/quickstart.yaml",
            "--set",
            "cluster.mode={local-steps: {steps: 16}}",
            "--set",
            "cluster.compression=bfloat16");
    assertThat(outcome.out())
        .endsWith(
            """
            traffic in 16 steps    bytes  for
            push                 407,072  each executor and subtree of logical workers that it hosts
            pull                 814,144  each executor
            """);
  }

  @Test
  void everyConfigurationThatComesAlongDescribesANetwork() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("../conf"))) {
      List<Path> configurations =
          files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
      assertThat(configurations).hasSizeGreaterThan(7);
      for (Path configuration : configurations) {
        Outcome outcome = run("describe", configuration.toString());
        assertThat(outcome.status()).as(configuration + outcome.err()).isZero();
      }
    }
  }

  @Test
  void versionNamesAllThatMatters() {
    assertThat(run("version").out())
        .matches("sparrow  development\nspark    4\\.1\\.0\njava     .* \\(.*\\)\nkernels  .*\n");
  }

  @Test
  void whatIsNoModelIsRefused() {
    assertThat(run("describe", temporary.toString()))
        .isEqualTo(
            new Outcome(
                1,
                "",
                "sparrow: "
                    + temporary
                    + ": a model expects network.json and weights.safetensors, got no"
                    + " network.json\n"));
  }

  @Test
  void scoringRefusesWhatItCannotReadOrWrite() {
    assertThat(run("score", "m", "--input", "no.csv", "--output", "o").err())
        .isEqualTo("sparrow: score: --input expects an existing file, got 'no.csv'\n");
    assertThat(run("score", "m", "--input", "no.csv", "--output", temporary.toString()).err())
        .isEqualTo(
            "sparrow: score: --output expects a path that does not exist yet, got '"
                + temporary
                + "', which does; remove it or choose another\n");
    assertThat(run("score", "m", "--input", "i", "--output", "o", "--format", "xls").err())
        .isEqualTo("sparrow: score: --format expects one of parquet, json, orc, got 'xls'\n");
  }

  @Test
  void helpListsTheCommands() {
    Outcome outcome = run("help");
    assertThat(outcome.out()).contains("train", "evaluate", "score", "describe", "version");
    assertThat(outcome.status()).isZero();
  }
}
