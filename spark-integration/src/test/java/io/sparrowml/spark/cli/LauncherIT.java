package io.sparrowml.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, as users run it: processes of their own, from another directory. */
@Tag("slow")
class LauncherIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final int MINUTES = 5;

  @TempDir Path temporary;

  /** What a process gave back. */
  private record Outcome(int status, String out, String err) {}

  private Outcome launch(Map<String, String> environment, Path launcher, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(Arrays.asList(arguments));
    Path out = Files.createTempFile(temporary, "out", "");
    Path err = Files.createTempFile(temporary, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temporary.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private Outcome launch(String... arguments) throws IOException, InterruptedException {
    return launch(Map.of(), ROOT.resolve("sparrow"), arguments);
  }

  @Test
  void optionsOfSparkSubmitMayStandAnywhere() throws IOException, InterruptedException {
    for (String master : List.of("local-cluster[1,1,1024]", "local[1]")) {
      Outcome outcome = launch("--conf=spark.ui.enabled=false", "version", "--master", master);
      assertThat(outcome.status()).as(outcome.err()).isZero();
      assertThat(outcome.out()).startsWith("sparrow  ").contains("\nspark    4.1.0\n");
    }
    assertThat(launch("version", "--master"))
        .isEqualTo(new Outcome(2, "", "sparrow: --master: expects a value, got none\n"));
  }

  @Test
  void aLinkToTheLauncherWorksAndArgumentsKeepTheirSpaces()
      throws IOException, InterruptedException {
    Path link = Files.createSymbolicLink(temporary.resolve("link"), ROOT.resolve("sparrow"));
    assertThat(launch(Map.of(), link, "describe", "no such.yaml"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "sparrow: expects a configuration file, got 'no such.yaml', which is none\n"));
  }

  @Test
  void theWrongJavaIsRefused() throws IOException, InterruptedException {
    assertThat(launch(Map.of("JAVA_HOME", "/nowhere"), ROOT.resolve("sparrow"), "version"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "sparrow: expects a JDK 17 or later, got none at '/nowhere/bin/java'; install one or"
                    + " set JAVA_HOME\n"));
    assertThat(
            launch(Map.of("JAVA_HOME", java("11.0.2")), ROOT.resolve("sparrow"), "version").err())
        .matches(
            "sparrow: expects a JDK 17 or later, got 11\\.0\\.2 at '.*/bin/java'; set JAVA_HOME to a"
                + " newer one\n");
    assertThat(launch(Map.of("JAVA_HOME", java("25")), ROOT.resolve("sparrow"), "version").err())
        .matches(
            "sparrow: expects a JDK 17 to 22 for the embedded Spark, got 25 at '.*/bin/java'; set"
                + " JAVA_HOME to one\n");
  }

  @Test
  void aPrecisionThatKernelsDoNotHaveIsTheReasonThatIsTold()
      throws IOException, InterruptedException {
    Outcome outcome =
        launch(
            Map.of("JAVA_TOOL_OPTIONS", "-Dsparrow.kernels=plain"),
            ROOT.resolve("sparrow"),
            "train",
            ROOT.resolve("conf/quickstart.yaml").toString(),
            "--set",
            "training.precision=bfloat16",
            "--output",
            temporary.resolve("run").toString());

    assertThat(outcome.status()).isOne();
    assertThat(outcome.err())
        .containsPattern(
            "(?m)^sparrow: executor driver on \\S+: plain kernels expect float32, got bfloat16;"
                + " use float32$")
        .doesNotContain("Exception");
  }

  /** A directory that looks like a Java of some version. */
  private String java(String version) throws IOException {
    Path home = Files.createDirectories(temporary.resolve("java-" + version));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    assertThat(Files.createFile(java).toFile().setExecutable(true)).isTrue();
    return home.toString();
  }

  @Test
  void aTrainingStartsWithTheClassesThatOneBeforeHasKept()
      throws IOException, InterruptedException {
    String config = ROOT.resolve("conf/quickstart.yaml").toString();
    String[] train = {"train", config, "--set", "training.epochs=0"};
    launch(train);
    Map<Path, FileTime> kept = archives();
    assertThat(kept).isNotEmpty();

    assertThat(launch(train))
        .isEqualTo(new Outcome(2, "", "sparrow: training.epochs: expects at least 1, got 0\n"));
    assertThat(archives()).isEqualTo(kept);
  }

  /** Archives of classes that are there, with the time of each. */
  private static Map<Path, FileTime> archives() throws IOException {
    Map<Path, FileTime> archives = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("target"), "*.jsa")) {
      for (Path file : files) {
        if (Files.size(file) > 0) {
          archives.put(file, Files.getLastModifiedTime(file));
        }
      }
    }
    return archives;
  }

  @Test
  void theWrongSparkIsRefused() throws IOException, InterruptedException {
    assertThat(launch(Map.of("SPARK_HOME", "/nowhere"), ROOT.resolve("sparrow"), "version"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "sparrow: SPARK_HOME expects a Spark with bin/spark-submit, got '/nowhere'; correct"
                    + " or unset it\n"));
  }

  @Test
  void theEmbeddedSparkHasTheOptionsThatSparkGivesItsOwnProcesses() throws IOException {
    List<String> ours = Files.readAllLines(Path.of("src/main/spark/java-options"));
    // Nothing here uses the vector module, of which each start would warn.
    List<String> sparks =
        Arrays.stream(JavaModuleOptions.defaultModuleOptions().split(" "))
            .filter(option -> !option.startsWith("--add-modules"))
            .toList();
    assertThat(ours).isEqualTo(sparks);
  }
}
