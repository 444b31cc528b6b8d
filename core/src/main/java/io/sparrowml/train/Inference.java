package io.sparrowml.train;

import io.sparrowml.data.Batches;
import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.Metric;
import io.sparrowml.model.Model;
import io.sparrowml.model.Weights;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a model over raw rows, for validation, evaluation and scoring alike.
 *
 * <p>Rows are taken in batches of one size, the last one padded, so that what comes out for a row
 * does not depend on which rows it came with. Belongs to one thread.
 */
public final class Inference {
  /** The rows of a batch. */
  public static final int BATCH = 256;

  private final TrainingStep step;
  private final Batches batches;
  private final Tensor inputs;
  private final Tensor targets;
  private final @Nullable Tensor sampleWeights;
  private final LabelUnit unit;
  private final int[] index = new int[BATCH];

  /** Is given what the model predicts. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Some rows' predictions.
     *
     * @param predictions {@code [BATCH, ...outputs]}: probabilities, or the numbers predicted, in
     *     the unit of the label
     * @param outputs of the last layer, of the same shape
     * @param count how many of them are rows; the rest is padding
     */
    void accept(Tensor predictions, Tensor outputs, int count);
  }

  /**
   * Inference with a model.
   *
   * @param format of the rows to come
   * @param arena a child is made in it for batches, another for what is computed
   */
  public Inference(Model model, RowFormat format, Kernels kernels, Arena arena) {
    this.step = new TrainingStep(model.network(), model.loss(), kernels, arena.child("inference"));
    this.batches = new Batches(model.preprocessing(), format);
    Arena batch = arena.child("inference-batch");
    Shape shape = model.network().input().prepend(BATCH);
    this.inputs = Tensor.allocate(batch, DType.FLOAT32, shape);
    this.targets = Tensor.allocate(batch, DType.FLOAT32, model.target().prepend(BATCH));
    this.sampleWeights =
        format.weighted() ? Tensor.allocate(batch, DType.FLOAT32, Shape.of(BATCH)) : null;
    this.unit = new LabelUnit(model, BATCH, batch);
  }

  /**
   * Adds rows to the states of metrics. The loss is of scaled labels and times the rows' weights;
   * all else is measured in the unit of the label, and each row counts once.
   *
   * @param states one a metric; replaced by those with the rows
   */
  public void evaluate(Weights weights, Rows rows, List<Metric> metrics, long[][] states) {
    for (int from = 0; from < rows.count(); from += BATCH) {
      int count = fill(rows, from);
      batches.targets(rows, index, 0, BATCH, targets);
      if (sampleWeights != null) {
        batches.weights(rows, index, 0, BATCH, sampleWeights);
      }
      TrainingStep.Result result = step.evaluate(weights, inputs, targets, sampleWeights);
      Tensor outputs = unit.outputs(result.outputs());
      Tensor wanted = unit.targets(targets);
      for (int i = 0; i < states.length; i++) {
        states[i] = metrics.get(i).add(states[i], outputs, wanted, result.losses(), count);
      }
    }
  }

  /** Predicts rows, in their order. */
  public void predict(Weights weights, Rows rows, Visitor visitor) {
    for (int from = 0; from < rows.count(); from += BATCH) {
      int count = fill(rows, from);
      TrainingStep.Prediction result = step.predict(weights, inputs);
      visitor.accept(unit.outputs(result.predictions()), result.outputs(), count);
    }
  }

  private int fill(Rows rows, int from) {
    int count = Math.min(BATCH, rows.count() - from);
    for (int i = 0; i < BATCH; i++) {
      index[i] = from + Math.min(i, count - 1);
    }
    batches.inputs(rows, index, 0, BATCH, inputs);
    return count;
  }
}
