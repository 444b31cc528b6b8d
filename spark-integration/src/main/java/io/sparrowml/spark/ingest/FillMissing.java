package io.sparrowml.spark.ingest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.sparrowml.config.ConfigException;

/**
 * What a missing number becomes.
 *
 * @param number where it is the same for all columns, else NaN
 */
public record FillMissing(Kind kind, double number) {
  /** Where the number comes from. */
  public enum Kind {
    /** From nowhere: a row with a missing number is refused. */
    ERROR,
    /** The mean of the column's training rows. */
    MEAN,
    /** The median of the column's training rows. */
    MEDIAN,
    /** A number of the configuration. */
    NUMBER
  }

  /** Nothing. */
  public static final FillMissing ERROR = new FillMissing(Kind.ERROR, Double.NaN);

  /** Reads a name or a number. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static FillMissing of(JsonNode node) {
    if (node.isNumber() && Float.isFinite(node.floatValue())) {
      return new FillMissing(Kind.NUMBER, node.doubleValue());
    }
    return switch (node.asText()) {
      case "error" -> ERROR;
      case "mean" -> new FillMissing(Kind.MEAN, Double.NaN);
      case "median" -> new FillMissing(Kind.MEDIAN, Double.NaN);
      default ->
          throw new ConfigException(
              "data.fill-missing: expects error, mean, median or a number, got " + node);
    };
  }

  /** As it stands in a configuration. */
  @JsonValue
  Object value() {
    return switch (kind) {
      case ERROR -> "error";
      case MEAN -> "mean";
      case MEDIAN -> "median";
      case NUMBER -> number;
    };
  }
}
