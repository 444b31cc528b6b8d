package io.sparrowml.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A key of a described record.
 *
 * @param name in kebab case: {@code learning-rate}
 * @param type of the value
 * @param defaultText what stands where the key is left out, as {@link Default} has it; null where
 *     there is none
 * @param nullable whether the key may be left out without a default
 */
public record Key(String name, Type type, @Nullable String defaultText, boolean nullable) {

  /** The keys of a record type, in the order of its components. */
  public static List<Key> of(Class<?> record) {
    List<Key> keys = new ArrayList<>();
    for (RecordComponent component : record.getRecordComponents()) {
      Default given = component.getAnnotation(Default.class);
      keys.add(
          new Key(
              kebab(component.getName()),
              component.getGenericType(),
              given == null ? null : given.value(),
              component.getAnnotatedType().isAnnotationPresent(Nullable.class)));
    }
    return keys;
  }

  /** Whether a configuration must give this key. */
  public boolean required() {
    return defaultText == null && !nullable;
  }

  /** A name in kebab case: {@code learningRate} or {@code LEARNING_RATE} as learning-rate. */
  static String kebab(String name) {
    boolean constant = name.equals(name.toUpperCase(Locale.ROOT));
    String words = constant ? name : name.replaceAll("([a-z0-9])([A-Z])", "$1-$2");
    return words.replace('_', '-').toLowerCase(Locale.ROOT);
  }

  /** The values of a record's components, in order. */
  static List<@Nullable Object> values(Object record) {
    List<@Nullable Object> values = new ArrayList<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        var accessor = component.getAccessor();
        accessor.setAccessible(true);
        values.add(accessor.invoke(record));
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("cannot read " + component, e);
      }
    }
    return values;
  }
}
