package io.sparrowml.spark.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparrowml.config.ConfigException;
import io.sparrowml.kernel.Precision;
import io.sparrowml.metric.Metric;
import io.sparrowml.metric.MetricSet;
import io.sparrowml.model.Model;
import io.sparrowml.optimizer.Clip;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Schedule;
import io.sparrowml.train.Compression;
import io.sparrowml.train.Descriptions;
import io.sparrowml.train.EarlyStopping;
import io.sparrowml.train.Mode;
import io.sparrowml.train.OnNonFinite;
import io.sparrowml.train.ReduceOnPlateau;
import io.sparrowml.train.Tasks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be trained, and how.
 *
 * @param model the network, its preprocessing and its loss
 * @param optimizer the update rule, run by the shards
 * @param clip a limit on the gradient, null for none
 * @param precision in which products and convolutions of training multiply; inference is exact
 * @param onNonFinite what becomes of a step whose gradient is not finite
 * @param metrics what is measured each epoch beside the loss
 * @param seed of all random numbers
 * @param batchSize global, over all logical workers
 * @param epochs at the most
 * @param earlyStopping when to stop before, null for never
 * @param reduceOnPlateau when to reduce the learning rate, null for never
 * @param logicalWorkers how many streams the training data is cut into: it decides the bits of the
 *     result, the cluster does not
 * @param mode how the updates of logical workers come together
 * @param compression in how many bytes gradients travel
 * @param membership who takes part
 */
public record TrainingSpec(
    Model model,
    Optimizer optimizer,
    @Nullable Clip clip,
    Precision precision,
    OnNonFinite onNonFinite,
    List<Metric> metrics,
    long seed,
    int batchSize,
    int epochs,
    @Nullable EarlyStopping earlyStopping,
    @Nullable ReduceOnPlateau reduceOnPlateau,
    int logicalWorkers,
    Mode mode,
    Compression compression,
    Membership membership) {

  /** Checks what belongs together. */
  public TrainingSpec {
    metrics = List.copyOf(metrics);
    if (mode.isAsynchronous() && clip != null && clip.norm() != null) {
      throw new ConfigException(
          "training.clip.norm: expects cluster.mode sync or local-steps, since the norm of all gradients is not known where they are not waited for; limit their values instead");
    }
    if (onNonFinite == OnNonFinite.SKIP_STEP && !(mode instanceof Mode.Sync)) {
      throw new ConfigException(
          "training.on-non-finite: expects stop where cluster.mode is not sync, got skip-step");
    }
    if (batchSize < logicalWorkers) {
      throw new ConfigException(
          "training.batch-size: expects at least one row for each of the "
              + logicalWorkers
              + " logical workers, got "
              + batchSize
              + "; raise it or lower cluster.logical-workers");
    }
    try {
      new MetricSet(metrics).check(Tasks.of(model.loss(), model.network().output()));
    } catch (ConfigException e) {
      throw new ConfigException("training.metrics: " + e.getMessage());
    }
  }

  /** The learning rate of each update, a length of the whole training filled in. */
  Schedule schedule(long stepsPerEpoch) {
    return optimizer.learningRate().over(epochs * stepsPerEpoch);
  }

  /**
   * By which the learning rate of the update that shards do is multiplied, where that of the
   * training is multiplied by a factor: workers with local steps have seen to it.
   */
  double serverFactor(double factor) {
    return mode.localSteps() > 1 ? 1 : factor;
  }

  /**
   * What the user is told to have been forgotten when who takes part has changed.
   *
   * @param beginsEpoch whether that was between two epochs
   */
  String forgotten(boolean beginsEpoch) {
    return compression.keepsBack() && !beginsEpoch
        ? "; what was kept back of gradients is forgotten, so the bits are not those of an undisturbed training"
        : "";
  }

  /** What decides the result, in JSON: all but who takes part. */
  String identity() {
    ObjectNode tree = (ObjectNode) Descriptions.MAPPER.write(this);
    tree.remove("membership");
    return tree.toString();
  }

  /** The metrics with what is done to their states. */
  MetricSet measured() {
    return new MetricSet(metrics);
  }

  /** Merges the states of metrics into the left ones. */
  long[][] mergeStates(long[][] left, long[][] right) {
    return measured().merge(left, right);
  }
}
