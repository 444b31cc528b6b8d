package io.sparrowml.optimizer;

import io.sparrowml.config.Catalog;

/** The optimizers by the names that configurations use. */
public final class Optimizers {
  /** All of them. */
  public static final Catalog<Optimizer> CATALOG =
      new Catalog<>(Optimizer.class, "optimizer").add("sgd", Sgd.class).add("adam", Adam.class);

  private Optimizers() {}
}
