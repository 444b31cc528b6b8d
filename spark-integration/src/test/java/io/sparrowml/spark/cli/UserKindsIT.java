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
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kinds from a user's jar, compiled against the program's jar alone: in training, in saved models,
 * in evaluation and scoring, with executors in JVMs of their own.
 */
@Tag("slow")
class UserKindsIT {
  private static final String PACKAGE = "io/sparrowml/examples/own";
  private static final Path SOURCES = Path.of("../examples/src/main/java", PACKAGE);
  private static final String MISH = "io.sparrowml.examples.own.Mish";
  private static final String CLUSTER = "local-cluster[2,1,1024]";
  private static final int ROWS = 600;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path scratch;
  private static Path jar;
  private static Path config;
  private static Path rows;

  @BeforeAll
  static void writeTheJarTheRowsAndTheConfiguration() throws IOException {
    jar = jar(compile(), scratch.resolve("own.jar"));
    rows = Files.write(scratch.resolve("points.csv"), points());
    config = scratch.resolve("points.yaml");
    Files.writeString(
        config,
        """
        name: points
        data: {format: csv, train: %1$s, test: %1$s, validation: 0.2}
        model:
          input: [2]
          layers:
            - dense: {units: 16, activation: io.sparrowml.examples.own.Mish}
            - dense: {units: 16}
            - io.sparrowml.examples.own.Swish: {start: 1.5}
            - dense: {units: 2}
        training:
          loss: {io.sparrowml.examples.own.FocalLoss: {gamma: 2}}
          optimizer: {io.sparrowml.examples.own.Lion: {learning-rate: {cosine: {from: 0.01}}}}
          batch-size: 32
          epochs: 8
          metrics: [accuracy, io.sparrowml.examples.own.ReciprocalRank]
          early-stopping: {metric: validation.reciprocal-rank, patience: 8}
        cluster: {logical-workers: 4}
        output: %2$s
        """
            .formatted(rows, scratch.resolve("run")));
  }

  /** Compiles the examples as a user would, who has the program's jar and no more. */
  private static Path compile() throws IOException {
    Path classes = scratch.resolve("classes");
    List<String> arguments =
        new ArrayList<>(List.of("-cp", "target/sparrow-assembly.jar", "-d", classes.toString()));
    try (Stream<Path> sources = Files.list(SOURCES)) {
      sources.map(Path::toString).sorted().forEach(arguments::add);
    }
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(status).isZero();
    return classes;
  }

  private static Path jar(Path classes, Path to) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(to));
        Stream<Path> files = Files.list(classes.resolve(PACKAGE))) {
      for (Path file : files.sorted().toList()) {
        out.putNextEntry(new JarEntry(PACKAGE + "/" + file.getFileName()));
        out.write(Files.readAllBytes(file));
      }
    }
    return to;
  }

  /** Points of the plane, which lie within a circle or not. */
  private static List<String> points() {
    List<String> lines = new ArrayList<>(List.of("x,y,label"));
    for (int i = 0; i < ROWS; i++) {
      double x = (i * 0.754877666) % 1 * 2 - 1;
      double y = (i * 0.569840291) % 1 * 2 - 1;
      lines.add(x + "," + y + "," + (x * x + y * y < 0.6 ? "in" : "out"));
    }
    return lines;
  }

  private static Launcher.Result run(String... arguments) throws IOException, InterruptedException {
    return Launcher.run(scratch, arguments);
  }

  private static void expectSuccess(Launcher.Result result) {
    assertThat(result.status()).as(result.toString()).isZero();
  }

  private static String train(String output, String... options)
      throws IOException, InterruptedException {
    Path to = scratch.resolve(output);
    List<String> arguments =
        new ArrayList<>(List.of("train", config.toString(), "--output", to.toString()));
    arguments.addAll(List.of(options));
    Launcher.Result result = run(arguments.toArray(String[]::new));
    expectSuccess(result);
    return result.out().lines().reduce((first, second) -> second).orElseThrow();
  }

  private static String sha256(String run) throws IOException {
    return JSON.readTree(scratch.resolve(run).resolve("run.json").toFile())
        .path("weights-sha256")
        .asText();
  }

  @Test
  void theyTrainAndAreSavedAndMeasureAndScore() throws Exception {
    String trained = train("cluster", "--master", CLUSTER, "--jars", jar.toString());
    train("embedded", "--jars=" + jar);
    String model = scratch.resolve("cluster").toString();
    Path scored = scratch.resolve("scored");

    assertThat(sha256("embedded")).matches("[0-9a-f]{64}").isEqualTo(sha256("cluster"));
    assertThat(Files.readString(Path.of(model, "model", "network.json")))
        .contains("\"activation\" : \"" + MISH + "\"")
        .contains("\"io.sparrowml.examples.own.Swish\" : {")
        .contains("\"loss\" : {\n    \"io.sparrowml.examples.own.FocalLoss\" : {");

    Launcher.Result evaluated =
        run(
            "evaluate",
            model,
            "--data",
            config.toString(),
            "--master",
            CLUSTER,
            "--jars",
            jar.toString());
    expectSuccess(evaluated);
    List<String> measured = List.of(evaluated.out().strip().split(" "));
    assertThat(measured).hasSize(4).anyMatch(each -> each.startsWith("test.reciprocal-rank=0.9"));
    assertThat(trained.split(" ")).containsAll(measured);

    expectSuccess(
        run(
            "score",
            model,
            "--input",
            rows.toString(),
            "--output",
            scored.toString(),
            "--format",
            "json",
            "--master",
            CLUSTER,
            "--jars",
            jar.toString()));
    List<JsonNode> results = new ArrayList<>();
    try (Stream<Path> files = Files.list(scored)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".json")).toList()) {
        for (String line : Files.readAllLines(file)) {
          results.add(JSON.readTree(line));
        }
      }
    }
    assertThat(results).hasSize(ROWS);
    assertThat(results.stream().filter(row -> row.get("label").equals(row.get("prediction"))))
        .hasSizeGreaterThan(ROWS * 9 / 10);
  }

  @Test
  void theSettingOfSparkDoesAsWell() throws Exception {
    Launcher.Result result = run("describe", config.toString(), "--conf", "spark.jars=" + jar);

    expectSuccess(result);
    assertThat(result.out()).contains("    2  io.sparrowml.examples.own.Swish  [n, 16] ");
  }

  @Test
  void withoutTheJarTheErrorNamesTheClassAndTheCure() throws Exception {
    String where = "model.layers[0].dense.activation: activation expects a class on the class path";
    Path other =
        Files.copy(
            Path.of("target/sparrow-spark-0.1.0-SNAPSHOT.jar"), scratch.resolve("other.jar"));

    assertThat(run("train", config.toString()))
        .isEqualTo(
            new Launcher.Result(
                2,
                "",
                "sparrow: %s, got '%s', which is not there; give its jar with --jars\n"
                    .formatted(where, MISH)));
    Launcher.Result result =
        run("train", config.toString(), "--master", CLUSTER, "--jars", other.toString());
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .endsWith(
            "sparrow: %s, got '%s', which is not there, nor in sparrow-assembly.jar, other.jar; give its jar with --jars\n"
                .formatted(where, MISH));
  }

  @Test
  void aModelWithoutTheJarIsRefusedWithItsFile() throws Exception {
    train("short", "--jars", jar.toString(), "--set", "training.epochs=1");
    Path model = scratch.resolve("short");
    String message =
        "sparrow: %s/model/network.json: network.layers[0].dense.activation: activation expects a class on the class path, got '%s', which is not there; give its jar with --jars\n"
            .formatted(model, MISH);
    Launcher.Result expected = new Launcher.Result(2, "", message);
    String output = scratch.resolve("nothing").toString();

    assertThat(run("evaluate", model.toString(), "--data", rows.toString())).isEqualTo(expected);
    assertThat(run("score", model.toString(), "--input", rows.toString(), "--output", output))
        .isEqualTo(expected);
    assertThat(run("describe", model.toString())).isEqualTo(expected);
  }
}
