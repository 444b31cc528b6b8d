package io.sparrowml;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
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

  /** The values that each component of a kind takes among records, by its name. */
  public static Map<String, Set<Object>> values(Class<?> kind, Collection<Record> records) {
    Map<String, Set<Object>> values = new LinkedHashMap<>();
    for (RecordComponent component : kind.getRecordComponents()) {
      Set<Object> taken = new LinkedHashSet<>();
      records.stream()
          .filter(kind::isInstance)
          .map(record -> value(record, component))
          .forEach(value -> taken.add(value == null ? "none" : value));
      values.put(component.getName(), taken);
    }
    return values;
  }

  private static @Nullable Object value(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a record's component is public", e);
    }
  }
}
