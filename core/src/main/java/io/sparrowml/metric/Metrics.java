package io.sparrowml.metric;

import io.sparrowml.config.Catalog;

/** The metrics by the names that configurations use. */
public final class Metrics {
  /** All of them. */
  public static final Catalog<Metric> CATALOG =
      new Catalog<>(Metric.class, "metric")
          .add("loss", MeanLoss.class)
          .add("accuracy", Accuracy.class);

  private Metrics() {}
}
