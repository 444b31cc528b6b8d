package io.sparrowml.spark.ingest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.sparrowml.config.ConfigException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a model is validated on: a share of the training rows, or rows from elsewhere.
 *
 * @param share in [0, 1); 0 where there is a source
 */
public record Validation(double share, @Nullable Source source) {
  /** Nothing. */
  public static final Validation NONE = new Validation(0, null);

  /** Checks the share. */
  public Validation {
    if (!(share >= 0 && share < 1) || (share > 0 && source != null)) {
      throw new ConfigException(
          "data.validation: expects a share of the training rows in [0, 1), or a path, got "
              + share);
    }
  }

  /** A share of the training rows. */
  public static Validation of(double share) {
    return new Validation(share, null);
  }

  /** Reads a number, a path, or a source of several keys. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Validation of(JsonNode node) {
    if (node.isNumber()) {
      return of(node.asDouble());
    }
    if (node.isTextual()) {
      return new Validation(0, Source.of(node.asText()));
    }
    if (!node.isObject()) {
      throw new ConfigException(
          "data.validation: expects a share of the training rows in [0, 1), or a path, got "
              + node);
    }
    Integer rows = node.has("rows") ? Integer.valueOf(node.get("rows").asInt()) : null;
    return new Validation(
        0, new Source(text(node, "path"), text(node, "images"), text(node, "labels"), rows));
  }

  private static @Nullable String text(JsonNode node, String key) {
    return node.has(key) ? node.get(key).asText() : null;
  }

  /** As it stands in a configuration. */
  @JsonValue
  Object value() {
    return source == null ? share : Objects.requireNonNull(source).value();
  }
}
