package io.sparrowml.metric;

import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;

/** The outputs and targets that count, those of sequences position by position. */
public final class Samples {
  private final String metric;
  private final float[] outputs;
  private final float[] targets;
  private final int count;
  private final int units;

  private Samples(String metric, Tensor outputs, Tensor targets, int count, int units, int wide) {
    this.metric = metric;
    this.outputs = new float[count * units];
    this.targets = new float[count * wide];
    this.count = count;
    this.units = units;
    outputs.floats().get(this.outputs);
    targets.floats().get(this.targets);
  }

  /**
   * Samples of classes.
   *
   * @param metric which one asks, for errors
   * @param outputs {@code [n, ..., units]}, or {@code [n, ...]} for one unit
   * @param targets {@code [n, ...]}
   */
  public static Samples ofClasses(String metric, Tensor outputs, Tensor targets, int rows) {
    Shape shape = outputs.shape();
    int units = shape.rank() < 2 || shape.equals(targets.shape()) ? 1 : shape.dim(shape.rank() - 1);
    if (units == 0
        || shape.rank() == 0
        || targets.shape().rank() == 0
        || !fits(shape, targets, units, rows)) {
      throw new ShapeException(
          "%s: expects outputs [n, ..., units] and targets [n, ...] with %d rows or more, got %s and %s"
              .formatted(metric, rows, shape, targets.shape()));
    }
    return new Samples(metric, outputs, targets, positions(targets, rows), units, 1);
  }

  /**
   * Samples of numbers.
   *
   * @param metric which one asks, for errors
   * @param outputs {@code [n, units]}
   * @param targets of the same shape, or {@code [n]} for one unit
   */
  public static Samples ofNumbers(String metric, Tensor outputs, Tensor targets, int rows) {
    Shape shape = outputs.shape();
    if (shape.rank() == 0 || targets.shape().rank() == 0 || !fits(shape, targets, 1, rows)) {
      throw new ShapeException(
          "%s: expects outputs and targets of one size with %d rows or more, got %s and %s"
              .formatted(metric, rows, shape, targets.shape()));
    }
    int units = Math.max(1, shape.rank() < 2 ? 1 : shape.dim(shape.rank() - 1));
    int count = positions(targets, rows) / units;
    return new Samples(metric, outputs, targets, count, units, units);
  }

  private static boolean fits(Shape outputs, Tensor targets, int units, int rows) {
    return outputs.dim(0) == targets.shape().dim(0)
        && outputs.size() == targets.shape().size() * units
        && rows <= outputs.dim(0);
  }

  /** How many targets the first rows have. */
  private static int positions(Tensor targets, int rows) {
    return rows == 0 ? 0 : rows * (targets.size() / targets.shape().dim(0));
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** How many outputs each has. */
  public int units() {
    return units;
  }

  /** How many classes there are: one output stands for two. */
  public int classes() {
    return units == 1 ? 2 : units;
  }

  /** The outputs, those of sample i from {@code i * units()} on. */
  public float[] outputs() {
    return outputs;
  }

  /** The class that is right for a sample. */
  public int target(int i) {
    int target = (int) targets[i];
    if (target != targets[i] || target < 0 || target >= classes()) {
      throw new IllegalArgumentException(
          "%s: expects targets that are classes from 0 to %d, got %s"
              .formatted(metric, classes() - 1, targets[i]));
    }
    return target;
  }

  /** The class that the outputs predict for a sample. */
  public int predicted(int i) {
    return Accuracy.predicted(outputs, i * units, units);
  }

  /** A number that was to be predicted, of sample {@code i / units()} the {@code i % units()}th. */
  public double number(int i) {
    return targets[i];
  }

  /** The number that was predicted in its place. */
  public double prediction(int i) {
    return outputs[i];
  }
}
