package io.sparrowml.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Described records from trees of JSON or YAML, and back.
 *
 * <p>A record is an object whose keys are its components in kebab case. A key that is left out or
 * empty has the value that {@link Default} says, or null where the component is {@code @Nullable};
 * any other must be given. The record's constructor checks the values. A concept of a {@link
 * Catalog} is a name, or one key with the name: {@code relu}, {@code {leaky-relu: {slope: 0.1}}};
 * one of its kinds may be written as the value of its only key.
 *
 * <p>Values are whole numbers, numbers, booleans, text, durations ({@code 30s}), enums in kebab
 * case, shapes (lists of extents), lists (where one value stands for a list of one), maps from
 * text, records, and types that say by Jackson's {@code @JsonCreator} and {@code @JsonValue} how
 * they are written.
 *
 * <p>Safe to share between threads.
 */
public final class ConfigMapper {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Map<Class<?>, Catalog<?>> catalogs = new LinkedHashMap<>();

  /** A mapper that knows the kinds of these catalogs. */
  public ConfigMapper(Catalog<?>... catalogs) {
    for (Catalog<?> catalog : catalogs) {
      this.catalogs.put(catalog.concept(), catalog);
    }
  }

  /**
   * The value that a tree describes.
   *
   * @param type a record type, or the concept of a catalog
   * @throws ConfigException naming the path of the key, what it expects and what came
   */
  public <T> T read(JsonNode tree, Class<T> type) {
    return type.cast(new TreeReader(catalogs).read(tree, type, ""));
  }

  /** The tree that describes a value, every key with its effective value, in a fixed order. */
  public JsonNode write(Object value) {
    for (Catalog<?> catalog : catalogs.values()) {
      if (catalog.concept().isInstance(value)) {
        return new TreeWriter(catalogs).write(value, catalog.concept());
      }
    }
    return new TreeWriter(catalogs).write(value, value.getClass());
  }

  /**
   * The value that a JSON text describes.
   *
   * @throws ConfigException also where the text is no JSON, with line and column
   */
  public <T> T readJson(String json, Class<T> type) {
    try {
      return read(JSON.readTree(json), type);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new ConfigException(
          "line "
              + (at == null ? 1 : at.getLineNr())
              + ", column "
              + (at == null ? 1 : at.getColumnNr())
              + ": expects JSON, got "
              + e.getOriginalMessage());
    }
  }

  /** The JSON text that describes a value. */
  public String writeJson(Object value) {
    try {
      return JSON.writeValueAsString(write(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
