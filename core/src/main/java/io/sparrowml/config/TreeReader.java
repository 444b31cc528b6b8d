package io.sparrowml.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads trees as values of types; every error names the path of the node. */
final class TreeReader {
  /** For the texts of {@link Default}: JSON, in which quotes may be single. */
  private static final ObjectMapper DEFAULTS =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .build();

  private final Map<Class<?>, Catalog<?>> catalogs;

  TreeReader(Map<Class<?>, Catalog<?>> catalogs) {
    this.catalogs = catalogs;
  }

  Object read(JsonNode node, Type type, String path) {
    if (type instanceof ParameterizedType generic) {
      return collection(node, generic, path);
    }
    Class<?> raw = (Class<?>) type;
    Catalog<?> catalog = catalogs.get(raw);
    if (catalog != null) {
      return named(node, catalog, path);
    }
    if (raw == Shape.class) {
      return shape(node, path);
    }
    Scalar scalar = Scalar.of(raw);
    if (scalar != null) {
      return scalar(node, scalar, path);
    }
    if (OwnForm.of(raw)) {
      return ownForm(node, raw, path);
    }
    if (raw.isRecord()) {
      return record(node, raw, path);
    }
    throw new IllegalArgumentException(
        path + ": no way to read " + raw + "; is a catalog missing?");
  }

  private static Object scalar(JsonNode node, Scalar scalar, String path) {
    Object value = scalar.read().apply(node);
    if (value == null) {
      throw expects(path, scalar.expects(), node);
    }
    return value;
  }

  private static Object ownForm(JsonNode node, Class<?> type, String path) {
    try {
      return OwnForm.read(node, type);
    } catch (UnrecognizedPropertyException e) {
      List<String> known = e.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList();
      throw unknown(path, "key", e.getPropertyName(), known);
    } catch (JsonProcessingException e) {
      if (e.getCause() instanceof ConfigException cause) {
        throw new ConfigException(at(path, cause.getMessage()));
      }
      throw expects(path, Key.kebab(type.getSimpleName()).replace('-', ' '), node);
    }
  }

  /** A list, where a single value stands for a list of one, or a map with keys of text. */
  private Object collection(JsonNode node, ParameterizedType type, String path) {
    Type element = type.getActualTypeArguments()[type.getActualTypeArguments().length - 1];
    if (type.getRawType() == Map.class) {
      if (!node.isObject()) {
        throw expects(path, "keys and values", node);
      }
      Map<String, Object> map = new LinkedHashMap<>();
      node.properties()
          .forEach(e -> map.put(e.getKey(), read(e.getValue(), element, join(path, e.getKey()))));
      return map;
    }
    if (node.isNull()) {
      throw expects(path, "a list", node);
    }
    if (!node.isArray()) {
      return List.of(read(node, element, path));
    }
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      list.add(read(node.get(i), element, path + "[" + i + "]"));
    }
    return List.copyOf(list);
  }

  private Shape shape(JsonNode node, String path) {
    JsonNode list = node.isArray() ? node : JsonNodeFactory.instance.arrayNode().add(node);
    int[] dims = new int[list.size()];
    for (int i = 0; i < dims.length; i++) {
      String where = node.isArray() ? path + "[" + i + "]" : path;
      dims[i] = (int) read(list.get(i), int.class, where);
      if (dims[i] < 1) {
        throw expects(where, "an extent of at least 1", list.get(i));
      }
    }
    return Shape.of(dims);
  }

  /** {@code adam} or {@code {adam: {learning-rate: 0.01}}}, or the value of a bare kind. */
  private Object named(JsonNode node, Catalog<?> catalog, String path) {
    Class<?> bare = catalog.bare();
    Scalar scalar = bare == null ? null : Scalar.of((Class<?>) Key.of(bare).get(0).type());
    Object value = scalar == null ? null : scalar.read().apply(node);
    if (bare != null && value != null) {
      return construct(bare, List.of(value), List.of(), path);
    }
    String name;
    JsonNode keys;
    if (node.isTextual()) {
      name = node.textValue();
      keys = JsonNodeFactory.instance.objectNode();
    } else if (node.isObject() && node.size() == 1) {
      name = node.fieldNames().next();
      keys = node.get(name).isNull() ? JsonNodeFactory.instance.objectNode() : node.get(name);
    } else {
      String names = "the name of " + article(catalog.noun()) + ", or {name: {key: value}}";
      throw expects(path, scalar == null ? names : scalar.expects() + ", " + names, node);
    }
    Class<?> kind = kind(name, catalog, path);
    if (kind == null) {
      throw unknown(path, catalog.noun(), name, catalog.kinds().keySet());
    }
    return record(keys, kind, join(path, name));
  }

  private static @Nullable Class<?> kind(String name, Catalog<?> catalog, String path) {
    try {
      return catalog.kind(name);
    } catch (ConfigException e) {
      throw new ConfigException(at(path, e.getMessage()));
    }
  }

  private Object record(JsonNode node, Class<?> type, String path) {
    List<Key> keys = Key.of(type);
    if (!node.isObject()) {
      throw expects(path, "keys (" + names(keys) + ")", node);
    }
    List<String> known = keys.stream().map(Key::name).toList();
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw unknown(path, "key", name, known);
              }
            });
    List<@Nullable Object> values = new ArrayList<>();
    for (Key key : keys) {
      values.add(value(node.path(key.name()), key, join(path, key.name())));
    }
    return construct(type, values, known, path);
  }

  /** A record of checked values; what its constructor says is put behind the path. */
  private static Object construct(
      Class<?> type, List<@Nullable Object> values, List<String> known, String path) {
    try {
      return construct(type, values);
    } catch (ConfigException | ShapeException e) {
      String message = String.valueOf(e.getMessage());
      boolean ofKey = known.stream().anyMatch(k -> message.matches("(?s)" + k + "[:.\\[].*"));
      throw new ConfigException(ofKey ? join(path, message) : at(path, message));
    }
  }

  private @Nullable Object value(JsonNode node, Key key, String path) {
    if (!node.isMissingNode() && !node.isNull()) {
      return read(node, key.type(), path);
    }
    if (key.defaultText() != null) {
      return read(tree(key.defaultText()), key.type(), path);
    }
    if (key.required()) {
      throw new ConfigException(at(path, "is required"));
    }
    return null;
  }

  /** The tree that a default's text stands for: JSON, or else a word. */
  private static JsonNode tree(String text) {
    try {
      return DEFAULTS.readTree(text);
    } catch (JsonProcessingException ignored) {
      return JsonNodeFactory.instance.textNode(text);
    }
  }

  private static Object construct(Class<?> type, List<@Nullable Object> values) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("cannot construct " + type, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot construct " + type, e);
    }
  }

  private static ConfigException unknown(
      String path, String what, String name, Collection<String> known) {
    String list = known.isEmpty() ? "none" : String.join(", ", known);
    return new ConfigException(
        at(
            path,
            "unknown "
                + what
                + " '"
                + name
                + "'"
                + Suggestion.of(name, known)
                + " (known: "
                + list
                + ")"));
  }

  private static ConfigException expects(String path, String what, JsonNode node) {
    return new ConfigException(at(path, "expects " + what + ", got " + facts(node)));
  }

  private static String facts(JsonNode node) {
    if (node.isTextual()) {
      return "'" + node.textValue() + "'";
    }
    return node.isNull() ? "nothing" : node.toString();
  }

  private static String names(List<Key> keys) {
    return String.join(", ", keys.stream().map(Key::name).toList());
  }

  private static String article(String noun) {
    return ("aeiou".indexOf(noun.charAt(0)) < 0 ? "a " : "an ") + noun;
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** A message behind the path, unless it names the path itself. */
  private static String at(String path, @Nullable String message) {
    String text = String.valueOf(message);
    return path.isEmpty() || text.startsWith(path) ? text : path + ": " + text;
  }
}
