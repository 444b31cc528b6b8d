package io.sparrowml.spark;

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

/** Holds the table of ARCHITECTURE.md: which package of this module may import which. */
class ArchitectureTest {
  private static final String ROOT = "io.sparrowml.spark.";
  private static final String CORE = "core";

  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.of(
          "wire", Set.of(CORE),
          "transport", Set.of("wire"),
          "server", Set.of("wire", CORE),
          "ingest", Set.of(CORE),
          "checkpoint", Set.of(CORE),
          "cluster", Set.of("checkpoint", "server", "transport", "wire", "ingest", CORE),
          "ml", Set.of("cluster", "ingest", CORE),
          "cli",
              Set.of("ml", "cluster", "checkpoint", "ingest", "server", "transport", "wire", CORE));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sparrowml.spark");

  @Test
  void packagesImportOnlyWhatTheTableAllows() {
    Set<String> forbidden = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String from = packageOf(type);
        String to = packageOf(dependency.getTargetClass().getBaseComponentType());
        if (!to.isEmpty() && !to.equals(from) && !MAY_IMPORT.get(from).contains(to)) {
          forbidden.add(type.getName() + " imports " + dependency.getTargetClass().getName());
        }
      }
    }

    assertThat(forbidden).isEmpty();
    assertThat(CLASSES).hasSizeGreaterThan(80);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.sparrowml.spark.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTransportSeesNettyAndTheProtocolDoesNotSeeSpark() {
    Set<String> forbidden = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String from = packageOf(type);
        String to = dependency.getTargetClass().getName();
        boolean netty = to.startsWith("io.netty") && !from.equals("transport");
        boolean spark =
            to.startsWith("org.apache.spark") && Set.of("wire", "server").contains(from);
        if (netty || spark) {
          forbidden.add(type.getName() + " imports " + to);
        }
      }
    }

    assertThat(forbidden).isEmpty();
  }

  private static String packageOf(JavaClass type) {
    String name = type.getPackageName() + ".";
    if (name.startsWith(ROOT)) {
      return name.substring(ROOT.length()).replaceAll("\\..*", "");
    }
    return name.startsWith("io.sparrowml.") ? CORE : "";
  }
}
