package io.sparrowml.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparrowml.tensor.Shape;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes values as the trees that {@link TreeReader} reads, every key with its value. */
final class TreeWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Map<Class<?>, Catalog<?>> catalogs;

  TreeWriter(Map<Class<?>, Catalog<?>> catalogs) {
    this.catalogs = catalogs;
  }

  JsonNode write(Object value, Type type) {
    if (type instanceof ParameterizedType generic) {
      return collection(value, generic);
    }
    Catalog<?> catalog = catalogs.get((Class<?>) type);
    if (catalog != null) {
      return named(value, catalog);
    }
    if (value instanceof Shape shape) {
      ArrayNode list = NODES.arrayNode();
      for (int dim : shape.dims()) {
        list.add(dim);
      }
      return list;
    }
    if (OwnForm.of(value.getClass())) {
      return OwnForm.write(value);
    }
    return value instanceof Record record ? record(record) : scalar(value);
  }

  private JsonNode collection(Object value, ParameterizedType type) {
    Type[] arguments = type.getActualTypeArguments();
    Type element = arguments[arguments.length - 1];
    if (value instanceof Map<?, ?> map) {
      ObjectNode node = NODES.objectNode();
      map.forEach((key, each) -> node.set(String.valueOf(key), write(each, element)));
      return node;
    }
    ArrayNode list = NODES.arrayNode();
    ((List<?>) value).forEach(each -> list.add(write(each, element)));
    return list;
  }

  private JsonNode named(Object value, Catalog<?> catalog) {
    String name = catalog.nameOf(value);
    ObjectNode keys = record((Record) value);
    if (value.getClass() == catalog.bare()) {
      return keys.iterator().next();
    }
    return keys.isEmpty() ? NODES.textNode(name) : NODES.objectNode().set(name, keys);
  }

  private ObjectNode record(Record record) {
    ObjectNode node = NODES.objectNode();
    List<Key> keys = Key.of(record.getClass());
    List<@Nullable Object> values = Key.values(record);
    for (int i = 0; i < keys.size(); i++) {
      Object value = values.get(i);
      if (value != null) {
        node.set(keys.get(i).name(), write(value, keys.get(i).type()));
      }
    }
    return node;
  }

  private static JsonNode scalar(Object value) {
    if (value instanceof Integer whole) {
      return NODES.numberNode(whole);
    }
    if (value instanceof Long whole) {
      return NODES.numberNode(whole);
    }
    if (value instanceof Float number) {
      return NODES.numberNode(number);
    }
    if (value instanceof Double number) {
      return NODES.numberNode(number);
    }
    if (value instanceof Boolean truth) {
      return NODES.booleanNode(truth);
    }
    if (value instanceof Enum<?> constant) {
      return NODES.textNode(Key.kebab(constant.name()));
    }
    return NODES.textNode(
        value instanceof Duration duration ? Scalar.text(duration) : value.toString());
  }
}
