package io.sparrowml.config;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
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
   * The class of a name: of the thread's context class loader, to which Spark gives the jars of
   * {@code --jars}, or else of the concept's. Nothing of it runs before it is known to be of the
   * concept.
   *
   * @param noun what errors call one of the things
   * @throws ConfigException when there is none, or it is no record of the concept
   */
  static <T> Class<? extends T> load(String name, Class<T> concept, String noun) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    Class<?> type = find(name, context, noun);
    if (type == null) {
      type = find(name, concept.getClassLoader(), noun);
    }
    if (type == null) {
      throw new ConfigException(
          "%s expects a class on the class path, got '%s', which is not there%s; give its jar with --jars"
              .formatted(noun, name, jars(context)));
    }
    if (!type.isRecord() || !concept.isAssignableFrom(type)) {
      throw new ConfigException(
          "%s expects a record that implements %s, got '%s', which is not one"
              .formatted(noun, concept.getName(), name));
    }
    return type.asSubclass(concept);
  }

  private static @Nullable Class<?> find(String name, @Nullable ClassLoader loader, String noun) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException e) {
      return null;
    } catch (LinkageError e) {
      throw new ConfigException(
          "%s expects a class that can be loaded, got '%s', which is there, but: %s: %s%s"
              .formatted(
                  noun,
                  name,
                  e.getClass().getSimpleName(),
                  e.getMessage(),
                  e instanceof NoClassDefFoundError
                      ? "; give its jar, and those that it needs, with --jars"
                      : ""));
    }
  }

  /** The files that were given beside the class path, empty where there are none. */
  private static String jars(@Nullable ClassLoader loader) {
    List<String> names = new ArrayList<>();
    for (ClassLoader at = loader; at != null; at = at.getParent()) {
      if (at instanceof URLClassLoader files) {
        for (URL url : files.getURLs()) {
          names.add(url.getPath().replaceAll(".*/(?=.)", ""));
        }
      }
    }
    return names.isEmpty() ? "" : ", nor in " + String.join(", ", names);
  }
}
