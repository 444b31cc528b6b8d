package io.sparrowml.spark.ingest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sparrowml.config.ConfigException;
import java.util.List;

/**
 * The labels that mean one class, such as {@code [">50K", ">50K."]}.
 *
 * @param values the first is the name of the class
 */
public record ClassValues(List<String> values) {
  /** Checks that there is a name. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ClassValues(
      @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> values) {
    this.values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new ConfigException(
          "data.classes: expects a label or a list of labels that mean the same, got []");
    }
  }

  /** The labels of one class. */
  public static ClassValues of(String... values) {
    return new ClassValues(List.of(values));
  }

  /** The name of the class. */
  public String name() {
    return values.get(0);
  }

  /** As it stands in a configuration. */
  @JsonValue
  Object value() {
    return values.size() == 1 ? name() : values;
  }
}
