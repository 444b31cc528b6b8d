package io.sparrowml.spark.cluster;

import io.sparrowml.data.Batches;
import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.MetricSet;
import io.sparrowml.model.Model;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.LabelUnit;
import io.sparrowml.train.TrainingStep;
import org.jspecify.annotations.Nullable;

/** The samples of one micro-batch as tensors, in memory that is used again for the next. */
final class Samples {
  private final Tensor inputs;
  private final Tensor targets;
  private final @Nullable Tensor weights;
  private final LabelUnit unit;
  private int count;

  /**
   * Room for samples.
   *
   * @param largest the most at once
   * @param memory for all of it
   */
  Samples(Model model, RowFormat format, int largest, Arena memory) {
    inputs = room(memory, model.network().input().prepend(largest));
    targets = room(memory, model.target().prepend(largest));
    weights = format.weighted() ? room(memory, Shape.of(largest)) : null;
    unit = new LabelUnit(model, largest, memory);
  }

  private static Tensor room(Arena arena, Shape shape) {
    return Tensor.allocate(arena, DType.FLOAT32, shape);
  }

  /** Takes the rows {@code order[from .. from + count)} in. */
  void fill(Batches batches, Rows rows, int[] order, int from, int count) {
    this.count = count;
    batches.inputs(rows, order, from, count, inputs);
    batches.targets(rows, order, from, count, targets);
    if (weights != null) {
      batches.weights(rows, order, from, count, weights);
    }
  }

  int count() {
    return count;
  }

  /** {@code [count, ...input]}. */
  Tensor inputs() {
    return inputs.rows(0, count);
  }

  /** {@code [count, ...target]}. */
  Tensor targets() {
    return targets.rows(0, count);
  }

  /** {@code [count]}; null where all samples count alike. */
  @Nullable Tensor weights() {
    return weights == null ? null : weights.rows(0, count);
  }

  /** Adds these samples to the states of metrics. */
  void measure(MetricSet metrics, long[][] states, TrainingStep.Result result) {
    Tensor outputs = unit.outputs(result.outputs());
    Tensor wanted = unit.targets(targets());
    metrics.add(states, outputs, wanted, result.losses(), count);
  }
}
