package io.sparrowml.regularizer;

import io.sparrowml.config.Catalog;

/** The regularizers by the names that configurations use. */
public final class Regularizers {
  /** All of them. */
  public static final Catalog<Regularizer> CATALOG =
      new Catalog<>(Regularizer.class, "regularizer")
          .add("none", None.class)
          .add("l1", L1.class)
          .add("l2", L2.class)
          .add("elastic-net", ElasticNet.class)
          .add("max-norm", MaxNorm.class);

  private Regularizers() {}
}
