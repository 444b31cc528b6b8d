package io.sparrowml.spark.cli;

import io.sparrowml.layer.Layers;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Network;
import io.sparrowml.tensor.Shape;
import io.sparrowml.train.Compression;
import io.sparrowml.train.TrainingStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Shows a network before anything runs: what it is, and what it will take. */
final class DescribeCommand {
  private DescribeCommand() {}

  /** The description of a configuration, a model or a run directory. */
  static String describe(String subject, List<String> settings, Map<String, String> environment)
      throws IOException {
    Path path = Path.of(subject);
    if (!Files.isRegularFile(path) && !subject.endsWith(".yaml")) {
      return layers(ModelPath.load(subject, SparkSessions.hadoop()).model().network());
    }
    RunConfig config = RunConfig.load(path, settings, environment);
    return layers(config.model()) + "\n" + plan(config);
  }

  /** A line for each layer. */
  static String layers(Network network) {
    Layout layout = Layout.of(network);
    List<Shape> outputs = network.outputs();
    Table table = new Table().add("layer", "kind", "output", "parameters");
    table.add("", "input", samples(network.input()), "");
    for (int i = 0; i < outputs.size(); i++) {
      String prefix = i + "/";
      long parameters =
          layout.entries().stream()
              .filter(entry -> entry.name().startsWith(prefix))
              .mapToLong(Layout.Entry::size)
              .sum();
      String kind = Layers.CATALOG.nameOf(network.layers().get(i));
      table.add(String.valueOf(i), kind, samples(outputs.get(i)), parameters);
    }
    return table + "total: %,d parameters\n".formatted(layout.parameters());
  }

  /** What training takes, of memory on each executor and of the network between them. */
  private static String plan(RunConfig config) {
    Network network = config.model();
    long bytes = (long) Layout.of(network).size() * Float.BYTES;
    int workers = config.cluster().logicalWorkers();
    int samples = (config.training().batchSize() + workers - 1) / workers;
    int slots = config.training().optimizer().slots();
    Table memory =
        new Table()
            .add("memory", "bytes", "for")
            .add("parameters", bytes, "each executor")
            .add("gradients", bytes, "each compute slot")
            .add(
                "activations",
                TrainingStep.bytes(
                    network, config.training().loss(), config.data().target(), samples),
                "each compute slot, %,d samples of a batch of %,d"
                    .formatted(samples, config.training().batchSize()))
            .add("optimizer", slots * bytes, "all executors together");
    int local = config.cluster().mode().localSteps();
    Table traffic =
        new Table()
            .add(
                local == 1 ? "traffic a step" : "traffic in %d steps".formatted(local),
                "bytes",
                "for")
            .add(
                "push",
                pushed(bytes, config.cluster().compression()),
                "each executor and subtree of logical workers that it hosts")
            .add("pull", bytes, "each executor");
    return memory + "\n" + traffic;
  }

  /** About how many bytes float32 gradients take. */
  private static long pushed(long bytes, Compression compression) {
    if (compression instanceof Compression.TopK topK) {
      return (long) Math.ceil(bytes * 1.25 * topK.share()); // each with its position
    }
    return compression.isNone()
        ? bytes
        : compression instanceof Compression.Int8 ? bytes / 4 : bytes / 2;
  }

  private static String samples(Shape shape) {
    return shape.rank() == 0 ? "[n]" : "[n, " + shape.toString().substring(1);
  }
}
