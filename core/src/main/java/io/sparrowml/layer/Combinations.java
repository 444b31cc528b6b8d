package io.sparrowml.layer;

import io.sparrowml.config.Catalog;

/** The combinations by the names that configurations use. */
public final class Combinations {
  /** All of them. */
  public static final Catalog<Combination> CATALOG =
      new Catalog<>(Combination.class, "combination")
          .add("concatenate", Concatenate.class)
          .add("add", Add.class)
          .add("multiply", Multiply.class)
          .add("average", Average.class);

  private Combinations() {}
}
