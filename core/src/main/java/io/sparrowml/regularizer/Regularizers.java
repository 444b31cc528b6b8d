package io.sparrowml.regularizer;

import io.sparrowml.config.Catalog;
import io.sparrowml.config.ConfigException;

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

  static void notNegative(String key, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new ConfigException(key + ": expects a number of at least 0, got " + value);
    }
  }
}
