package io.sparrowml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparrowml.config.Catalog;
import io.sparrowml.initializer.Initializer;
import io.sparrowml.layer.Combinations;
import io.sparrowml.layer.Layer;
import io.sparrowml.layer.Layers;
import io.sparrowml.loss.Loss;
import io.sparrowml.loss.Losses;
import io.sparrowml.metric.Metrics;
import io.sparrowml.optimizer.Optimizers;
import io.sparrowml.optimizer.Schedules;
import io.sparrowml.train.Descriptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/correctness.md} names everything that there is, and says of it what the tests do. */
class CorrectnessDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/correctness.md");

  /** A kind of thing, with what it is compared with, how closely, and why not if it is not. */
  private record Row(String name, String reference, String within, String reason) {}

  /** A description with the fixture that it is from. */
  private record Described(Record whole, JsonNode fixture) {
    boolean is(Class<?> kind) {
      return kind.isInstance(whole);
    }

    boolean has(Class<?> kind) {
      return Parts.of(whole).anyMatch(kind::isInstance);
    }
  }

  private static String document() {
    try {
      return Files.readString(DOCUMENT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of the tables of four columns by heading. */
  private static Map<String, List<Row>> tables() {
    Map<String, List<Row>> tables = new LinkedHashMap<>();
    String heading = "";
    for (String line : document().lines().toList()) {
      if (line.startsWith("## ")) {
        heading = line.substring(3);
      } else if (line.startsWith("| `")) {
        List<String> cells =
            Arrays.stream(line.substring(1).split("\\|", -1)).map(String::strip).toList();
        assertThat(cells).as(line).hasSize(5);
        tables
            .computeIfAbsent(heading, key -> new ArrayList<>())
            .add(new Row(cells.get(0).replace("`", ""), cells.get(1), cells.get(2), cells.get(3)));
      }
    }
    return tables;
  }

  private static List<Row> rows(String heading, Catalog<?> catalog) {
    List<Row> rows = tables().getOrDefault(heading, List.of());
    assertThat(rows.stream().map(Row::name))
        .as(heading)
        .containsExactlyElementsOf(catalog.kinds().keySet());
    assertThat(rows).as(heading).allMatch(row -> !row.reference.isEmpty());
    return rows;
  }

  private static <T> List<Described> described(String files, String key, Class<T> concept) {
    return Fixtures.cases(files).stream()
        .map(
            each -> new Described((Record) Descriptions.MAPPER.read(each.path(key), concept), each))
        .toList();
  }

  @Test
  void everyLayerHasAFixture() {
    List<Described> all = described("layers-", "layer", Layer.class);
    for (Row row : rows("Layers", Layers.CATALOG)) {
      assertFixtures(row, Layers.CATALOG, all);
      boolean trained =
          all.stream()
              .filter(each -> each.has(kind(Layers.CATALOG, row)))
              .anyMatch(each -> each.fixture.path("training").asBoolean());
      assertThat(row.reason.isEmpty())
          .as("%s needs a reason where training is not compared, and has none else", row.name)
          .isEqualTo(trained);
    }
    for (Row row : rows("Combinations", Combinations.CATALOG)) {
      assertFixtures(row, Combinations.CATALOG, all);
    }
  }

  @Test
  void everyLossHasAFixture() {
    List<Described> all = described("losses", "loss", Loss.class);
    for (Row row : rows("Losses", Losses.CATALOG)) {
      assertFixtures(row, Losses.CATALOG, all);
      assertThat(row.reason).as(row.name).isEmpty();
    }
  }

  private static Class<?> kind(Catalog<?> catalog, Row row) {
    Class<?> kind = catalog.kinds().get(row.name);
    assertThat(kind).as(row.name).isNotNull();
    return kind;
  }

  /** That there are some, and that the largest of their tolerances is the one that is told. */
  private static void assertFixtures(Row row, Catalog<?> catalog, List<Described> all) {
    Class<?> kind = kind(catalog, row);
    List<Described> own = all.stream().filter(each -> each.is(kind)).toList();
    List<Described> with = own.isEmpty() ? all.stream().filter(e -> e.has(kind)).toList() : own;
    assertThat(with).as("fixtures of %s", row.name).isNotEmpty();
    double largest =
        with.stream()
            .mapToDouble(each -> each.fixture.path("tolerance").asDouble())
            .max()
            .orElse(1);
    assertThat(Double.parseDouble(row.within)).as(row.name).isEqualTo(largest);
    assertThat(largest).as(row.name).isLessThanOrEqualTo(1e-4);
  }

  /** So that fixtures leave no option out: each takes two values at least. */
  @Test
  void everyOptionOfALayerOrLossIsChangedAmongTheFixtures() {
    List<Record> parts =
        Stream.concat(
                described("layers-", "layer", Layer.class).stream(),
                described("losses", "loss", Loss.class).stream())
            .flatMap(each -> Parts.of(each.whole))
            .filter(part -> !(part instanceof Initializer))
            .toList();
    Set<String> unused =
        Set.of(
            "AlphaDropout.rate",
            "Dropout.rate",
            "GaussianDropout.rate",
            "GaussianNoise.stddev",
            "SpatialDropout.rate",
            "WeightNoise.stddev",
            "MultiHeadAttention.dropout",
            "TransformerBlock.dropout",
            "BatchNorm.momentum",
            "Lstm.forgetBias",
            "PRelu.start");

    assertThat(Parts.unchanged(parts)).isSubsetOf(unused);
  }

  @Test
  void everyOptimizerScheduleAndMetricIsNamed() {
    assertThat(rows("Optimizers", Optimizers.CATALOG))
        .allMatch(row -> row.within.equals("1e-5") && row.reason.isEmpty());
    assertThat(rows("Schedules", Schedules.CATALOG))
        .allMatch(row -> row.within.equals("1e-9") && row.reason.isEmpty());
    for (Row row : rows("Metrics", Metrics.CATALOG)) {
      boolean isLoss = row.name.equals("loss");
      assertThat(row.within).as(row.name).isEqualTo(isLoss ? "" : "1e-11");
      assertThat(row.reason.isEmpty()).as(row.name).isEqualTo(!isLoss);
    }
  }

  @Test
  void testsAndScriptsThatAreNamedAreThere() throws IOException {
    Set<String> tests;
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      tests =
          files
              .map(file -> file.getFileName().toString().replace(".java", ""))
              .collect(Collectors.toSet());
    }
    Matcher named = Pattern.compile("`([A-Z]\\w+Test)`").matcher(document());
    List<String> names = named.results().map(result -> result.group(1)).toList();

    assertThat(tests).containsAll(names);
    assertThat(names).contains("LayerFixturesTest", "OperationKernelsTest", "RecordedLayersTest");
    try (Stream<Path> scripts = Files.list(Path.of("../dev/fixtures"))) {
      assertThat(scripts.map(script -> script.getFileName().toString()))
          .allMatch(script -> !script.endsWith(".py") || document().contains(script));
    }
  }
}
