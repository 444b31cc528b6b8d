package io.sparrowml.spark.cli;

import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.package$;

/**
 * What a run ran with.
 *
 * @param sparrow of the framework; "development" where it does not come from a jar
 * @param spark of Spark
 * @param java of the Java runtime, with its vendor
 * @param kernels what computes, such as {@code onednn 3.11 (avx512_core_bf16)}
 */
record Versions(String sparrow, String spark, String java, String kernels) {
  /** Those of this process. */
  static Versions ofThisProcess() {
    try (Kernels kernels = KernelProvider.open()) {
      return new Versions(
          Objects.requireNonNullElse(
              Sparrow.class.getPackage().getImplementationVersion(), "development"),
          package$.MODULE$.SPARK_VERSION(),
          "%s (%s)"
              .formatted(System.getProperty("java.version"), System.getProperty("java.vendor")),
          kernels.name());
    }
  }

  /** One a line. */
  Stream<String> lines() {
    return Stream.of(
        "sparrow  " + sparrow, "spark    " + spark, "java     " + java, "kernels  " + kernels);
  }
}
