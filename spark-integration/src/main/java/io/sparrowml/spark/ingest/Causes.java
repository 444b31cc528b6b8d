package io.sparrowml.spark.ingest;

import io.sparrowml.config.ConfigException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Finds what an error of Spark is really about. */
public final class Causes {
  private Causes() {}

  /** The last of an error's causes, the error itself when it has none. */
  public static Throwable root(Throwable error) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Throwable root = error;
    for (Throwable at = error; at != null && seen.add(at); at = at.getCause()) {
      root = at;
    }
    return root;
  }

  /**
   * What to throw on the driver: the {@link DataException} or {@link ConfigException} that a task
   * threw, without Spark's wrapping; any other error as it is, a checked one (which Spark throws
   * undeclared) as the cause of an unchecked one.
   */
  public static RuntimeException unwrap(Exception error) {
    Throwable root = root(error);
    if (root instanceof DataException || root instanceof ConfigException) {
      return (RuntimeException) root;
    }
    return error instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(root.toString(), error);
  }
}
