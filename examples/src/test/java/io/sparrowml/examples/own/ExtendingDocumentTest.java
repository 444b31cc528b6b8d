package io.sparrowml.examples.own;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.config.ConfigException;
import io.sparrowml.spark.cli.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the page about extending shows is code that is compiled and run. */
class ExtendingDocumentTest {
  private static final Path PAGE = Path.of("../docs/extending.md");
  private static final String PACKAGE = "java/io/sparrowml/examples/own";
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");

  private static List<String> blocks(String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(PAGE));
    while (matcher.find()) {
      if (matcher.group(1).equals(language)) {
        blocks.add(matcher.group(2));
      }
    }
    return blocks;
  }

  private static List<Path> sources(String of) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src", of, PACKAGE))) {
      return files.filter(file -> !file.endsWith("package-info.java")).sorted().toList();
    }
  }

  private static String content(List<Path> files) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path file : files) {
      all.append(Files.readString(file));
    }
    return all.toString();
  }

  /** The lines without what is before and behind them. */
  private static String stripped(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n", "\n", "\n"));
  }

  @Test
  void itsJavaIsCompiled() throws IOException {
    String code = stripped(content(sources("main")) + content(sources("test")));

    assertThat(blocks("java")).hasSizeGreaterThan(10);
    assertThat(blocks("java")).allSatisfy(block -> assertThat(code).contains(stripped(block)));
  }

  @Test
  void itsYamlIsRead() throws IOException {
    String yaml = Files.readString(Path.of("own.yaml"));

    assertThat(blocks("yaml")).hasSize(4).allSatisfy(block -> assertThat(yaml).contains(block));
  }

  @Test
  void everyKindIsShown() throws IOException {
    String page = Files.readString(PAGE);

    assertThat(sources("main"))
        .hasSize(6)
        .allSatisfy(
            file -> assertThat(page).contains(file.getFileName().toString().replace(".java", "")));
  }

  @Test
  void itsErrorIsTheOneThatAMissingJarGives() throws IOException {
    String shown = blocks("").get(0).lines().skip(1).collect(Collectors.joining());
    String elsewhere = Files.readString(Path.of("own.yaml")).replace("examples.own", "elsewhere");
    Path file = Files.writeString(Files.createTempFile("own", ".yaml"), elsewhere);

    try {
      RunConfig.load(file, List.of(), Map.of());
      throw new AssertionError("a class that is not there was found");
    } catch (ConfigException e) {
      assertThat("sparrow: " + e.getMessage())
          .isEqualTo(shown.replace("examples.own", "elsewhere"));
    } finally {
      Files.delete(file);
    }
  }
}
