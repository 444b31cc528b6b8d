package io.sparrowml.regularizer;

import io.sparrowml.config.Catalog;

/** The regularizers by the names that configurations use. */
public final class Regularizers {
  /** All of them. */
  public static final Catalog<Regularizer> CATALOG =
      new Catalog<>(Regularizer.class, "regularizer").add("none", None.class);

  private Regularizers() {}
}
