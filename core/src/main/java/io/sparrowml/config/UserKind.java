package io.sparrowml.config;

import org.jspecify.annotations.Nullable;

/**
 * Kinds that users write: a record that implements the concept, named by its class, with its
 * package, as in {@code {com.example.Swish: {beta: 1.5}}}.
 */
final class UserKind {
  private UserKind() {}

  /** Whether a name is that of a class rather than of a catalog's kind. */
  static boolean isClass(String name) {
    return name.indexOf('.') > 0;
  }

  /**
   * The class of a name. Nothing of it runs before it is known to be of the concept.
   *
   * @param noun what errors call one of the things
   * @throws ConfigException when there is none, or it is no record of the concept
   */
  static <T> Class<? extends T> load(String name, Class<T> concept, String noun) {
    Class<?> type = find(name, Thread.currentThread().getContextClassLoader());
    if (type == null) {
      type = find(name, concept.getClassLoader());
    }
    if (type == null) {
      throw new ConfigException(
          "%s expects a class on the class path, got '%s', which is not there; give its jar with --jars"
              .formatted(noun, name));
    }
    if (!type.isRecord() || !concept.isAssignableFrom(type)) {
      throw new ConfigException(
          "%s expects a record that implements %s, got '%s', which is not one"
              .formatted(noun, concept.getName(), name));
    }
    return type.asSubclass(concept);
  }

  private static @Nullable Class<?> find(String name, @Nullable ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException | NoClassDefFoundError e) {
      return null;
    }
  }
}
