package io.sparrowml.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The named kinds of one concept: {@code "adam"} and {@code Adam.class} among the optimizers. Each
 * kind is a record whose components are its keys, in kebab case, with defaults as {@link Default}
 * says, and whose constructor checks them.
 *
 * @param <T> the concept
 */
public final class Catalog<T> {
  private final Class<T> concept;
  private final String noun;
  private final Map<String, Class<? extends T>> kinds = new LinkedHashMap<>();
  private @Nullable Class<? extends T> bare;

  /**
   * An empty catalog.
   *
   * @param noun what errors call one of the things: {@code layer}
   */
  public Catalog(Class<T> concept, String noun) {
    this.concept = concept;
    this.noun = noun;
  }

  /** Adds a kind. */
  public Catalog<T> add(String name, Class<? extends T> kind) {
    kinds.put(name, kind);
    return this;
  }

  /**
   * Adds a kind that the value of its only key stands for: {@code 0.1} for {@code {constant: {rate:
   * 0.1}}}.
   */
  public Catalog<T> addBare(String name, Class<? extends T> kind) {
    bare = kind;
    return add(name, kind);
  }

  /** The kind that a bare value stands for, null where there is none. */
  @Nullable Class<? extends T> bare() {
    return bare;
  }

  /** The interface that all kinds implement. */
  public Class<T> concept() {
    return concept;
  }

  /** What errors call one of the things. */
  public String noun() {
    return noun;
  }

  /** The kinds by name, in the order in which they were added. */
  public Map<String, Class<? extends T>> kinds() {
    return Collections.unmodifiableMap(kinds);
  }

  /**
   * The kind of a name: one of this catalog, or a class that a user has written. Null where it is
   * neither.
   *
   * @throws ConfigException when the name is that of a class that is not there or of no use
   */
  @Nullable Class<? extends T> kind(String name) {
    return UserKind.isClass(name) ? UserKind.load(name, concept, noun) : kinds.get(name);
  }

  /** The name of a thing's kind: that of its class for what is not in this catalog. */
  public String nameOf(Object thing) {
    for (Map.Entry<String, Class<? extends T>> kind : kinds.entrySet()) {
      if (kind.getValue() == thing.getClass()) {
        return kind.getKey();
      }
    }
    String name = thing.getClass().getName();
    UserKind.load(name, concept, noun);
    return name;
  }
}
