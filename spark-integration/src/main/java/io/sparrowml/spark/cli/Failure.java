package io.sparrowml.spark.cli;

import io.sparrowml.config.ConfigException;
import io.sparrowml.tensor.ShapeException;
import java.util.List;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.SparkException;
import org.apache.spark.sql.AnalysisException;

/**
 * What a user is told of an error, and the exit status.
 *
 * @param status 2 where the command or the configuration is wrong, 1 where the run failed
 * @param message one paragraph
 */
record Failure(int status, String message) {
  /** The command or the configuration is wrong. */
  static final int USAGE = 2;

  /** The run failed. */
  static final int RUN = 1;

  /**
   * What an error comes down to: the innermost cause that is one of Sparrow's own errors, whose
   * message is written for users; else the outermost message.
   */
  static Failure of(Throwable error) {
    Throwable own = null;
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause.getClass().getName().startsWith("io.sparrowml.")) {
        own = cause;
      }
    }
    if (own != null) {
      boolean usage = own instanceof ConfigException || own instanceof ShapeException;
      return new Failure(usage ? USAGE : RUN, String.valueOf(own.getMessage()));
    }
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof FSError full && full.getCause() != null) {
        return new Failure(RUN, foreign(full.getCause()));
      }
    }
    return new Failure(RUN, foreign(error));
  }

  /** The message of an error of Java, Hadoop or Spark, which may need its type to be understood. */
  private static String foreign(Throwable error) {
    String message = String.valueOf(error.getMessage()).lines().findFirst().orElse("");
    boolean speaks =
        List.of(AnalysisException.class, SparkException.class).stream()
            .anyMatch(type -> type.isInstance(error));
    return (speaks ? message : error.getClass().getSimpleName() + ": " + message)
        + "; --verbose shows where it comes from";
  }
}
