package io.sparrowml.spark.cli;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Suggestion;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: what each command takes. What it does is in a class of its own. */
@Command(
    name = "sparrow",
    synopsisSubcommandLabel = "COMMAND",
    description = "Trains neural networks on Spark.",
    footer = {
      "",
      "Options of spark-submit (--master, --conf, --driver-memory, --executor-memory, ...) may stand"
          + " anywhere.",
      "",
      "Exit status: 0 success, 1 the run failed, 2 the command or the configuration is wrong."
    })
public final class Sparrow implements Runnable {
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  private Sparrow(PrintStream out, PrintStream err, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.environment = environment;
  }

  /** Runs a command and ends the process with its exit status. */
  public static void main(String[] arguments) {
    System.exit(run(System.out, System.err, System.getenv(), arguments));
  }

  /** Runs a command; returns its exit status. */
  static int run(
      PrintStream out, PrintStream err, Map<String, String> environment, String... arguments) {
    return new CommandLine(new Sparrow(out, err, environment))
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(Sparrow::wrongCommand)
        .setExecutionExceptionHandler(Sparrow::failed)
        .execute(arguments);
  }

  /** No command is given. */
  @Override
  public void run() {
    throw new ConfigException("expects a command, got none; see ./sparrow help");
  }

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show logs and stack traces.")
  void verbose(boolean verbose) {
    if (verbose) {
      Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, Level.INFO);
    }
  }

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show what a command takes.")
  void usage(boolean asked) {
    // Asked for, it is all that happens.
  }

  @Command(description = "Trains a network and writes the run directory.")
  int train(
      @Parameters(paramLabel = "CONFIG", description = "The configuration file, in YAML.")
          Path config,
      @Option(
              names = "--set",
              paramLabel = "KEY=VALUE",
              description = "Overrides a key: training.epochs=3, model.layers[1].dense.units=64.")
          @Nullable List<String> settings,
      @Option(names = "--output", paramLabel = "DIR", description = "Overrides the run directory.")
          @Nullable String output,
      @Option(
              names = "--profile",
              description = "Measures where the time of a step goes, by phase and by layer.")
          boolean profile,
      @Option(
              names = "--resume",
              description = "Goes on from the last checkpoint of a training that was cut short.")
          boolean resume)
      throws Exception {
    List<String> all = new ArrayList<>(settings == null ? List.of() : settings);
    if (output != null) {
      all.add("output=" + Yaml.quoted(output));
    }
    RunConfig run = RunConfig.load(config, all, environment);
    new TrainCommand(run, profile, resume, Progress.terminalWidth(environment), out, err).run();
    return 0;
  }

  @Command(description = "Measures a saved model on labelled rows.")
  int evaluate(
      @Parameters(paramLabel = "MODEL", description = "A model or a run directory.") String model,
      @Option(
              names = "--data",
              paramLabel = "CONFIG-or-PATH",
              required = true,
              description =
                  "A configuration, whose test rows are taken, or a Parquet or CSV file with labels.")
          String data,
      @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a key.")
          @Nullable List<String> settings)
      throws Exception {
    EvaluateCommand.run(model, data, settings == null ? List.of() : settings, environment, out);
    return 0;
  }

  @Command(description = "Adds a saved model's predictions to the rows of a file.")
  int score(
      @Parameters(paramLabel = "MODEL", description = "A model or a run directory.") String model,
      @Option(
              names = "--input",
              paramLabel = "PATH",
              required = true,
              description = "Rows: Parquet, or CSV with a head line.")
          String input,
      @Option(
              names = "--output",
              paramLabel = "PATH",
              required = true,
              description = "Where the rows go, with a prediction each.")
          String output,
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              defaultValue = "parquet",
              description = "Of the output: parquet (the default), json or orc.")
          String format)
      throws Exception {
    ScoreCommand.run(model, input, output, format, out);
    return 0;
  }

  @Command(description = "Shows layers, shapes, parameters, memory and traffic.")
  int describe(
      @Parameters(
              paramLabel = "CONFIG-or-MODEL",
              description = "A configuration file, a model or a run directory.")
          String subject,
      @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a key.")
          @Nullable List<String> settings)
      throws Exception {
    out.print(
        DescribeCommand.describe(subject, settings == null ? List.of() : settings, environment));
    return 0;
  }

  @Command(description = "Shows the versions of the framework, Spark, Java and the kernels.")
  int version() {
    Versions.ofThisProcess().lines().forEach(out::println);
    return 0;
  }

  @Command(description = "Shows what a command takes.")
  int help(
      @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "One of the commands.")
          @Nullable String name) {
    CommandLine command = new CommandLine(this);
    if (name != null) {
      CommandLine chosen = command.getSubcommands().get(name);
      if (chosen == null) {
        throw new ConfigException(unknown("command", name, command.getSubcommands().keySet()));
      }
      command = chosen;
    }
    command.usage(out);
    return 0;
  }

  private static String unknown(String what, String name, Collection<String> known) {
    return "unknown %s '%s'%s".formatted(what, name, Suggestion.of(name, known));
  }

  private static int wrongCommand(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("sparrow: " + wrong(e, command));
    err.flush();
    return Failure.USAGE;
  }

  private static String wrong(ParameterException e, CommandLine command) {
    boolean root = command.getParent() == null;
    String where = root ? "" : command.getCommandName() + ": ";
    String cure = "; see ./sparrow help" + (root ? "" : " " + command.getCommandName());
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String argument = unmatched.getUnmatched().get(0);
      boolean option = argument.startsWith("-");
      List<String> known =
          option
              ? new ArrayList<>(command.getCommandSpec().optionsMap().keySet())
              : new ArrayList<>(root ? command.getSubcommands().keySet() : List.<String>of());
      String what = option ? "option" : root ? "command" : "argument";
      return where + unknown(what, argument, known) + cure;
    }
    if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      return where + "expects " + missing.getMissing().get(0).paramLabel() + ", got nothing" + cure;
    }
    return where + e.getMessage() + cure;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult arguments) {
    Failure failure = Failure.of(e);
    PrintWriter err = command.getErr();
    err.println("sparrow: " + failure.message());
    for (CommandLine.ParseResult at = arguments; at != null; at = at.subcommand()) {
      if (at.hasMatchedOption("--verbose")) {
        e.printStackTrace(err);
      }
    }
    err.flush();
    return failure.status();
  }
}
