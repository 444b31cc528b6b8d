package io.sparrowml;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds the table of ARCHITECTURE.md: which package of core may import which. */
class ArchitectureTest {
  private static final String ROOT = "io.sparrowml.";

  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("memory", Set.of()),
          Map.entry("config", Set.of("tensor")),
          Map.entry("tensor", Set.of("memory")),
          Map.entry("kernel", Set.of("memory", "tensor")),
          Map.entry("op", Set.of("tensor", "kernel")),
          Map.entry("autograd", Set.of("op", "tensor", "kernel", "memory")),
          Map.entry("initializer", Set.of("tensor", "config")),
          Map.entry("regularizer", Set.of("config")),
          Map.entry("layer", Set.of("op", "tensor", "initializer", "regularizer", "config")),
          Map.entry("loss", Set.of("op", "tensor", "config")),
          Map.entry("optimizer", Set.of("tensor", "regularizer", "config")),
          Map.entry("metric", Set.of("tensor", "config")),
          Map.entry("data", Set.of("memory", "tensor", "config")),
          Map.entry(
              "model",
              Set.of(
                  "layer",
                  "loss",
                  "data",
                  "autograd",
                  "op",
                  "initializer",
                  "regularizer",
                  "tensor",
                  "config")),
          Map.entry(
              "train",
              Set.of(
                  "memory",
                  "tensor",
                  "kernel",
                  "op",
                  "autograd",
                  "initializer",
                  "regularizer",
                  "layer",
                  "loss",
                  "optimizer",
                  "metric",
                  "data",
                  "model",
                  "config")));

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sparrowml");

  @Test
  void packagesImportOnlyWhatTheTableAllows() {
    Set<String> forbidden = new TreeSet<>();
    for (JavaClass type : CORE) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String from = packageOf(type);
        String to = packageOf(dependency.getTargetClass().getBaseComponentType());
        if (!to.isEmpty() && !to.equals(from) && !MAY_IMPORT.get(from).contains(to)) {
          forbidden.add(type.getSimpleName() + " imports " + dependency.getTargetClass().getName());
        }
      }
    }

    assertThat(forbidden).isEmpty();
    assertThat(CORE).hasSizeGreaterThan(80);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.sparrowml.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void onlyMemorySeesArrowAndOnlyKernelSeesNativeCode() {
    Set<String> forbidden = new TreeSet<>();
    for (JavaClass type : CORE) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String to = dependency.getTargetClass().getName();
        boolean arrow = to.startsWith("org.apache.arrow") && !packageOf(type).equals("memory");
        boolean bytedeco = to.startsWith("org.bytedeco") && !packageOf(type).equals("kernel");
        if (arrow || bytedeco || to.startsWith("org.apache.spark") || to.startsWith("io.netty")) {
          forbidden.add(type.getName() + " imports " + to);
        }
      }
    }

    assertThat(forbidden).isEmpty();
  }

  private static String packageOf(JavaClass type) {
    String name = type.getPackageName() + ".";
    return name.startsWith(ROOT) ? name.substring(ROOT.length()).replaceAll("\\..*", "") : "";
  }
}
