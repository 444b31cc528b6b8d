package io.sparrowml.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What is packed into the program's jar: all that Spark does not ship, and nothing that it does.
 */
@Tag("slow")
class AssemblyIT {
  private static List<String> entries;

  @BeforeAll
  static void list() throws IOException {
    try (JarFile jar = new JarFile("target/sparrow-assembly.jar")) {
      entries = jar.stream().map(ZipEntry::getName).toList();
    }
  }

  @Test
  void nothingOfSparkIsPacked() {
    assertThat(entries)
        .noneMatch(
            name ->
                name.matches(
                    "(org/apache/|scala/|io/netty/|org/slf4j/|org/yaml/|org/jline/"
                        + "|com/fasterxml/|META-INF/native/).*"));
  }

  @Test
  void theProgramAndItsLibrariesArePacked() {
    assertThat(entries)
        .contains(
            "io/sparrowml/spark/cli/Sparrow.class",
            "io/sparrowml/tensor/Tensor.class",
            "picocli/CommandLine.class",
            "me/tongfei/progressbar/ProgressBar.class",
            "io/sparrowml/shaded/jackson/yaml/YAMLFactory.class",
            "org/bytedeco/dnnl/linux-x86_64/libjnidnnl.so",
            "org/bytedeco/dnnl/linux-arm64/libjnidnnl.so");
  }

  @Test
  void theLicensesArePacked() {
    assertThat(entries).contains("META-INF/LICENSE", "META-INF/NOTICE");
  }
}
