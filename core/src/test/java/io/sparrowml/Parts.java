package io.sparrowml;

import io.sparrowml.layer.Activation;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What descriptions are made of: records within records, in lists and in maps. */
public final class Parts {
  private Parts() {}

  /** All records within something, itself among them. */
  public static Stream<Record> of(@Nullable Object thing) {
    if (thing instanceof Collection<?> all) {
      return all.stream().flatMap(Parts::of);
    }
    if (thing instanceof Map<?, ?> all) {
      return all.values().stream().flatMap(Parts::of);
    }
    if (!(thing instanceof Record record)) {
      return Stream.of();
    }
    return Stream.concat(
        Stream.of(record),
        Stream.of(record.getClass().getRecordComponents()).flatMap(c -> of(value(record, c))));
  }

  /**
   * The numbers, choices and activations that have one value alone among records, such as {@code
   * Dense.useBias}.
   */
  public static Set<String> unchanged(Collection<Record> records) {
    Map<String, Set<Object>> values = new TreeMap<>();
    for (Record record : records) {
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        if (changes(component)) {
          Object value = value(record, component);
          values
              .computeIfAbsent(
                  record.getClass().getSimpleName() + "." + component.getName(),
                  name -> new HashSet<>())
              .add(value == null ? "none" : value);
        }
      }
    }
    values.values().removeIf(taken -> taken.size() > 1);
    return values.keySet();
  }

  private static boolean changes(RecordComponent component) {
    Class<?> type = component.getType();
    return type.isPrimitive()
        || type.isEnum()
        || type == Integer.class
        || type == Activation.class
        || component.getGenericType().getTypeName().matches(".*<java.lang.(Integer|Double)>");
  }

  private static @Nullable Object value(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a record's component is public", e);
    }
  }
}
