package io.sparrowml.spark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.metric.MetricSet;
import io.sparrowml.metric.Task;
import io.sparrowml.model.Network;
import io.sparrowml.spark.ingest.DataConfig;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.train.Descriptions;
import io.sparrowml.train.EarlyStopping;
import io.sparrowml.train.ReduceOnPlateau;
import io.sparrowml.train.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file: what is trained, on which data, how, and where.
 *
 * @param name of the run, also of the Spark application
 * @param seed of all random numbers
 * @param data where the rows are and what they mean
 * @param model the network
 * @param training how it is trained
 * @param cluster how the work is cut and spread
 * @param checkpoint how often the training is written down; never unless given
 * @param output the run directory, on any file system that Hadoop knows
 */
public record RunConfig(
    String name,
    @Default("0") long seed,
    DataConfig data,
    Network model,
    TrainingConfig training,
    @Default("{}") ClusterConfig cluster,
    @Nullable CheckpointConfig checkpoint,
    String output) {
  /** How many names an error lists. */
  private static final int SHOWN = 20;

  /** Checks what one section means for another. */
  public RunConfig {
    checkShapes(model);
    training.checkBatch(cluster.logicalWorkers());
    Task task = Tasks.of(training.loss(), model.output());
    checkMetrics(training.measured(), task);
    EarlyStopping stopping = training.earlyStopping();
    if (stopping != null) {
      checkMetric("early-stopping", stopping.metric(), data, training.measured(), task);
    }
    ReduceOnPlateau plateau = training.reduceOnPlateau();
    if (plateau != null) {
      checkMetric("reduce-on-plateau", plateau.metric(), data, training.measured(), task);
    }
    if (checkpoint != null && checkpoint.everySteps() != null) {
      checkWithinEpochs(cluster);
    }
  }

  private static void checkWithinEpochs(ClusterConfig cluster) {
    if (cluster.mode().isAsynchronous()) {
      throw new ConfigException(
          "checkpoint.every-steps: expects cluster.mode sync or local-steps, since others have no step at which all workers stand; leave it out for checkpoints at the ends of epochs");
    }
    if (cluster.compression().keepsBack()) {
      throw new ConfigException(
          "checkpoint.every-steps: expects a cluster.compression that keeps nothing back, since a checkpoint does not hold what is kept back; leave it out for checkpoints at the ends of epochs");
    }
  }

  private static void checkMetrics(MetricSet measured, Task task) {
    try {
      measured.check(task);
    } catch (ConfigException e) {
      throw new ConfigException("training.metrics: " + e.getMessage());
    }
  }

  private static void checkMetric(
      String key, String metric, DataConfig data, MetricSet measured, Task task) {
    boolean validates = data.validation().share() > 0 || data.validation().source() != null;
    List<String> splits = validates ? List.of("train.", "validation.") : List.of("train.");
    List<String> names = measured.names(task);
    List<String> known = each(splits, names);
    if (!known.contains(metric)) {
      List<String> shown = each(splits, names.subList(0, Math.min(SHOWN, names.size())));
      throw new ConfigException(
          "training.%s.metric: expects one of %s%s, got '%s'%s"
              .formatted(
                  key,
                  String.join(", ", shown),
                  shown.size() < known.size() ? ", ..." : "",
                  metric,
                  !validates && metric.startsWith("validation.") ? "; give data.validation" : ""));
    }
  }

  private static List<String> each(List<String> splits, List<String> names) {
    return splits.stream().flatMap(split -> names.stream().map(split::concat)).toList();
  }

  /** Follows the shapes through the layers; an error names the layer as the configuration does. */
  private static void checkShapes(Network model) {
    try {
      model.outputs();
    } catch (ShapeException e) {
      String message = String.valueOf(e.getMessage());
      throw new ConfigException(
          message.replaceFirst("^(\\d+)((?:/[^:]*)?: )", "model.layers[$1]$2"));
    }
  }

  /**
   * The configuration in a file.
   *
   * @param settings as {@code --set} gives them, applied in order
   * @param variables of the environment
   * @throws ConfigException when there is no such file, or it cannot be used
   */
  public static RunConfig load(Path file, List<String> settings, Map<String, String> variables)
      throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException("expects a configuration file, got '" + file + "', which is none");
    }
    return parse(text, file.toString(), settings, variables);
  }

  /**
   * The configuration in a text.
   *
   * @param where the text comes from, as errors name it
   */
  static RunConfig parse(
      String text, String where, List<String> settings, Map<String, String> variables) {
    JsonNode tree = Yaml.read(text, where);
    if (!(tree instanceof ObjectNode root)) {
      throw new ConfigException(where + ": expects keys and values in YAML, got " + tree);
    }
    settings.forEach(setting -> Setting.parse(setting).apply(root));
    return Descriptions.MAPPER.read(new Environment(variables).resolve(root, ""), RunConfig.class);
  }

  /** The same in YAML, every key with its effective value. */
  public String toYaml() {
    return Yaml.write(Descriptions.MAPPER.write(this));
  }
}
