package io.sparrowml.train;

import io.sparrowml.data.Scaling;
import io.sparrowml.memory.Arena;
import io.sparrowml.model.Model;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a model of numbers gives, and the targets it is compared with, back to the unit that
 * the labels have in the data, where {@link io.sparrowml.data.Preprocessing#label} scales them.
 * Without such a scaling, tensors are given back as they are.
 *
 * <p>Holds its results, so each thread needs its own; they live until its next use.
 */
public final class LabelUnit {
  private final @Nullable Scaling scaling;
  private final @Nullable Tensor outputs;
  private final @Nullable Tensor targets;

  /**
   * The unit of a model's label.
   *
   * @param samples the most at once
   * @param arena for the results
   */
  public LabelUnit(Model model, int samples, Arena arena) {
    scaling = model.preprocessing().label();
    outputs = scaling == null ? null : room(arena, model.network().output().prepend(samples));
    targets = scaling == null ? null : room(arena, model.target().prepend(samples));
  }

  private static Tensor room(Arena arena, Shape shape) {
    return Tensor.allocate(arena, DType.FLOAT32, shape);
  }

  /** How many bytes it holds. */
  static long bytes(Model model, int samples) {
    long numbers = model.network().output().size() + model.target().size();
    return model.preprocessing().label() == null ? 0 : samples * numbers * Float.BYTES;
  }

  /** Outputs or predictions, {@code [n, ...outputs]}, in the unit of the label. */
  public Tensor outputs(Tensor scaled) {
    return undone(scaled, outputs);
  }

  /** Targets, {@code [n, ...target]}, in the unit of the label. */
  public Tensor targets(Tensor scaled) {
    return undone(scaled, targets);
  }

  private Tensor undone(Tensor scaled, @Nullable Tensor room) {
    if (scaling == null || room == null) {
      return scaled;
    }
    Tensor out = room.rows(0, scaled.shape().dim(0));
    scaling.undo(scaled, out);
    return out;
  }
}
