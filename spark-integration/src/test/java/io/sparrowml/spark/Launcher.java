package io.sparrowml.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@code ./sparrow} as a user does, in a process of its own. */
public final class Launcher {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  /** What a run has left. */
  public record Result(int status, String out, String err) {}

  /** A run that goes on. */
  public record Run(Process process, Path outFile, Path errFile) {
    /** Waits for the end. */
    public Result await(int seconds) throws IOException, InterruptedException {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        kill();
        throw new AssertionError("no end within " + seconds + " s:\n" + out() + errors());
      }
      return new Result(process.exitValue(), out(), errors());
    }

    /** Kills it with all that it has started, and waits until it is gone. */
    public void kill() throws InterruptedException {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }

    /** What has been printed so far. */
    public String out() throws IOException {
      return Files.readString(outFile, StandardCharsets.UTF_8);
    }

    /** What has been printed so far to standard error. */
    public String errors() throws IOException {
      return Files.readString(errFile, StandardCharsets.UTF_8);
    }
  }

  private Launcher() {}

  /**
   * Starts a command.
   *
   * @param scratch where its output is kept
   */
  public static Run start(Path scratch, List<String> arguments) throws IOException {
    return start(scratch, List.of(), arguments);
  }

  /**
   * Starts a command by another one.
   *
   * @param scratch where its output is kept
   * @param before what stands before the command
   */
  public static Run start(Path scratch, List<String> before, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(ROOT.resolve("sparrow").toString());
    command.addAll(arguments);
    Path out = Files.createTempFile(scratch, "out", ".txt");
    Path err = Files.createTempFile(scratch, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(ROOT.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().putIfAbsent("SPARROW_DRIVER_MEMORY", "1g");
    return new Run(builder.start(), out, err);
  }

  /** Runs a command to its end. */
  public static Result run(Path scratch, String... arguments)
      throws IOException, InterruptedException {
    return start(scratch, List.of(arguments)).await(240);
  }
}
