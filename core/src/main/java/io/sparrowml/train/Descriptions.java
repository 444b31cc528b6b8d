package io.sparrowml.train;

import io.sparrowml.config.ConfigMapper;
import io.sparrowml.data.Feature;
import io.sparrowml.initializer.Initializers;
import io.sparrowml.layer.Activations;
import io.sparrowml.layer.Combinations;
import io.sparrowml.layer.Layers;
import io.sparrowml.loss.Losses;
import io.sparrowml.metric.Metrics;
import io.sparrowml.optimizer.Optimizers;
import io.sparrowml.optimizer.Schedules;
import io.sparrowml.regularizer.Regularizers;

/** The mapper that knows all named kinds of core: for configurations, models and messages. */
public final class Descriptions {
  /** The mapper. */
  public static final ConfigMapper MAPPER =
      new ConfigMapper(
          Layers.CATALOG,
          Activations.CATALOG,
          Combinations.CATALOG,
          Initializers.CATALOG,
          Regularizers.CATALOG,
          Losses.CATALOG,
          Optimizers.CATALOG,
          Schedules.CATALOG,
          Metrics.CATALOG,
          Modes.CATALOG,
          Compressions.CATALOG,
          Feature.CATALOG);

  private Descriptions() {}
}
