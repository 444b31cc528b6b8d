package io.sparrowml.spark.cli;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.kernel.Precision;
import io.sparrowml.loss.Loss;
import io.sparrowml.metric.MeanLoss;
import io.sparrowml.metric.Metric;
import io.sparrowml.metric.MetricSet;
import io.sparrowml.optimizer.Clip;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.train.EarlyStopping;
import io.sparrowml.train.OnNonFinite;
import io.sparrowml.train.ReduceOnPlateau;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The {@code training:} section of a configuration.
 *
 * @param loss what is minimized
 * @param optimizer the update rule
 * @param batchSize samples an update, over all logical workers
 * @param epochs passes over the training data, at the most
 * @param metrics what is measured beside the loss
 * @param earlyStopping when to stop before the last epoch; never unless given
 * @param reduceOnPlateau when to reduce the learning rate; never unless given
 * @param clip a limit on the gradient of a batch; none unless given
 * @param precision in which matrix products and convolutions of training multiply: {@code float32}
 *     unless given, or {@code bfloat16} on processors that have it
 * @param onNonFinite what becomes of a step whose gradient is not finite
 */
public record TrainingConfig(
    Loss loss,
    @Default("adam") Optimizer optimizer,
    @Default("256") int batchSize,
    @Default("10") int epochs,
    @Default("[]") List<Metric> metrics,
    @Nullable EarlyStopping earlyStopping,
    @Nullable ReduceOnPlateau reduceOnPlateau,
    @Nullable Clip clip,
    @Default("float32") Precision precision,
    @Default("stop") OnNonFinite onNonFinite) {

  /** Checks the ranges. */
  public TrainingConfig {
    metrics = List.copyOf(metrics);
    Ranges.atLeastOne("batch-size", batchSize);
    Ranges.atLeastOne("epochs", epochs);
    try {
      measured(metrics);
    } catch (ConfigException e) {
      throw new ConfigException("metrics: " + e.getMessage());
    }
  }

  /** All that is measured, the loss first. */
  public MetricSet measured() {
    return measured(metrics);
  }

  private static MetricSet measured(List<Metric> metrics) {
    return new MetricSet(
        Stream.concat(Stream.of(new MeanLoss()), metrics.stream()).distinct().toList());
  }

  /** Checks that each logical worker gets a sample of each batch. */
  void checkBatch(int logicalWorkers) {
    if (batchSize < logicalWorkers) {
      throw new ConfigException(
          "training.batch-size: expects at least 1 for each of the %d logical workers, got %d; raise it or lower cluster.logical-workers"
              .formatted(logicalWorkers, batchSize));
    }
  }
}
