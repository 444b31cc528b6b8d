package io.sparrowml.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.config.Catalog;
import io.sparrowml.initializer.Initializers;
import io.sparrowml.layer.Activations;
import io.sparrowml.layer.Layers;
import io.sparrowml.loss.Losses;
import io.sparrowml.metric.Metrics;
import io.sparrowml.optimizer.Optimizers;
import io.sparrowml.optimizer.Schedules;
import io.sparrowml.regularizer.Regularizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of concepts names what there is. */
class ConceptsDocumentTest {
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");

  private static final List<Catalog<?>> CATALOGS =
      List.of(
          Layers.CATALOG,
          Activations.CATALOG,
          Initializers.CATALOG,
          Regularizers.CATALOG,
          Losses.CATALOG,
          Optimizers.CATALOG,
          Schedules.CATALOG,
          Metrics.CATALOG);

  /** The cells of each row: concept, keys, classes and tests. */
  private static List<List<String>> rows() throws IOException {
    return Files.readAllLines(Path.of("../docs/concepts.md")).stream()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| concept "))
        .map(line -> Stream.of(line.split("\\|", -1)).map(String::strip).toList())
        .map(cells -> cells.subList(1, cells.size() - 1))
        .toList();
  }

  private static List<String> names(String cell) {
    return NAME.matcher(cell).results().map(found -> found.group(1)).toList();
  }

  /** The classes of both modules. */
  private static Set<String> classes(String tree) throws IOException {
    Set<String> classes = new HashSet<>();
    for (String module : List.of("core", "spark-integration")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", tree))) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".java"))
            .forEach(name -> classes.add(name.substring(0, name.length() - ".java".length())));
      }
    }
    return classes;
  }

  @Test
  void eachClassAndTestIsThere() throws IOException {
    Set<String> classes = classes("main/java");
    Set<String> tests = classes("test/java");

    assertThat(rows()).hasSizeGreaterThan(40);
    for (List<String> row : rows()) {
      assertThat(row).as(row.get(0)).hasSize(4);
      assertThat(names(row.get(2))).as(row.get(0)).isNotEmpty().isSubsetOf(classes);
      assertThat(names(row.get(3))).as(row.get(0)).isNotEmpty().isSubsetOf(tests);
    }
  }

  @Test
  void eachKeyIsOfAConfiguration() throws IOException {
    Set<String> known = new HashSet<>();
    for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
      known.addAll(names(line));
    }
    CATALOGS.forEach(catalog -> known.addAll(catalog.kinds().keySet()));

    for (List<String> row : rows()) {
      for (String key : names(row.get(1))) {
        String last = key.substring(key.lastIndexOf('.') + 1);
        assertThat(known).as(row.get(0)).contains(last);
      }
    }
  }
}
