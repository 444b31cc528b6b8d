package io.sparrowml.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.config.Catalog;
import io.sparrowml.config.Key;
import io.sparrowml.initializer.Initializers;
import io.sparrowml.layer.Activations;
import io.sparrowml.layer.Combinations;
import io.sparrowml.layer.Layers;
import io.sparrowml.loss.Losses;
import io.sparrowml.metric.Metrics;
import io.sparrowml.model.Network;
import io.sparrowml.optimizer.Clip;
import io.sparrowml.optimizer.Optimizers;
import io.sparrowml.optimizer.Schedules;
import io.sparrowml.regularizer.Regularizers;
import io.sparrowml.spark.ingest.DataConfig;
import io.sparrowml.spark.ingest.TextConfig;
import io.sparrowml.spark.ingest.WindowConfig;
import io.sparrowml.train.Compressions;
import io.sparrowml.train.EarlyStopping;
import io.sparrowml.train.Modes;
import io.sparrowml.train.ReduceOnPlateau;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every key is documented, with the default that its record has. */
class ConfigurationDocumentTest {
  private static final Map<String, Class<?>> SECTIONS =
      Map.ofEntries(
          Map.entry("The file", RunConfig.class),
          Map.entry("Data", DataConfig.class),
          Map.entry("Text", TextConfig.class),
          Map.entry("Window", WindowConfig.class),
          Map.entry("Model", Network.class),
          Map.entry("Training", TrainingConfig.class),
          Map.entry("Early stopping", EarlyStopping.class),
          Map.entry("Reduce on plateau", ReduceOnPlateau.class),
          Map.entry("Clipping", Clip.class),
          Map.entry("Cluster", ClusterConfig.class),
          Map.entry("Checkpoint", CheckpointConfig.class));

  private static final Map<String, Catalog<?>> CATALOGS =
      Map.ofEntries(
          Map.entry("Layers", Layers.CATALOG),
          Map.entry("Activations", Activations.CATALOG),
          Map.entry("Combinations", Combinations.CATALOG),
          Map.entry("Initializers", Initializers.CATALOG),
          Map.entry("Regularizers", Regularizers.CATALOG),
          Map.entry("Losses", Losses.CATALOG),
          Map.entry("Optimizers", Optimizers.CATALOG),
          Map.entry("Schedules", Schedules.CATALOG),
          Map.entry("Metrics", Metrics.CATALOG),
          Map.entry("Modes", Modes.CATALOG),
          Map.entry("Compressions", Compressions.CATALOG));

  /** The rows of the tables by heading, without the head and the last column, the meaning. */
  private static Map<String, List<List<String>>> documented() throws IOException {
    Map<String, List<List<String>>> tables = new LinkedHashMap<>();
    String heading = "";
    for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
      if (line.startsWith("## ")) {
        heading = line.substring(3);
      } else if (line.startsWith("| ") && !line.matches("\\| (key|kind) .*")) {
        List<String> cells =
            Arrays.stream(line.substring(1).split("\\|", -1)).map(String::strip).toList();
        assertThat(cells.get(cells.size() - 2)).as(line).isNotEmpty();
        tables
            .computeIfAbsent(heading, key -> new ArrayList<>())
            .add(cells.subList(0, cells.size() - 2));
      }
    }
    return tables;
  }

  private static List<String> row(Key key) {
    String given = key.defaultText() == null ? "none" : "`" + key.defaultText() + "`";
    return List.of("`" + key.name() + "`", key.required() ? "required" : given);
  }

  private static List<List<String>> rows(Catalog<?> catalog) {
    List<List<String>> rows = new ArrayList<>();
    catalog
        .kinds()
        .forEach(
            (name, kind) -> {
              if (catalog == Layers.CATALOG && Activations.CATALOG.kinds().containsKey(name)) {
                return;
              }
              String first = "`" + name + "`";
              for (Key key : Key.of(kind)) {
                rows.add(List.of(first, row(key).get(0), row(key).get(1)));
                first = "";
              }
              if (Key.of(kind).isEmpty()) {
                rows.add(List.of(first, "", ""));
              }
            });
    return rows;
  }

  @Test
  void everyKeyIsDocumentedWithItsDefault() throws IOException {
    Map<String, List<List<String>>> expected = new LinkedHashMap<>();
    SECTIONS.forEach(
        (heading, record) ->
            expected.put(
                heading, Key.of(record).stream().map(ConfigurationDocumentTest::row).toList()));
    CATALOGS.forEach((heading, catalog) -> expected.put(heading, rows(catalog)));
    assertThat(documented()).isEqualTo(expected);
  }
}
