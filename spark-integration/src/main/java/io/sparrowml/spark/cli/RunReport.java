package io.sparrowml.spark.cli;

import io.sparrowml.config.ConfigMapper;
import io.sparrowml.spark.ml.SavedModel;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.spark.SparkContext;

/**
 * How a run came to be: {@code run.json}.
 *
 * @param name of the run
 * @param versions of what it ran with
 * @param seed of all random numbers
 * @param logicalWorkers how many streams the training data was cut into
 * @param master of the Spark cluster
 * @param application the id that Spark gave it
 * @param weightsSha256 of the file of weights, in hexadecimal: equal for equal weights
 * @param firstStepSeconds from the start of the driver's JVM to its hearing of the first step
 * @param started in UTC
 * @param ended in UTC
 */
record RunReport(
    String name,
    Versions versions,
    long seed,
    int logicalWorkers,
    String master,
    String application,
    String weightsSha256,
    double firstStepSeconds,
    String started,
    String ended) {

  /** The report of a run that ends now. */
  static RunReport of(
      RunConfig config,
      Versions versions,
      SparkContext spark,
      SavedModel saved,
      double firstStepSeconds,
      Instant started) {
    return new RunReport(
        config.name(),
        versions,
        config.seed(),
        config.cluster().logicalWorkers(),
        spark.master(),
        spark.applicationId(),
        saved.sha256(),
        firstStepSeconds,
        text(started),
        text(Instant.now()));
  }

  private static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** The report in JSON. */
  String toJson() {
    return new ConfigMapper().writeJson(this) + "\n";
  }
}
