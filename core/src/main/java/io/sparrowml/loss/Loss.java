package io.sparrowml.loss;

import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;

/** A cost function: how far a network's outputs are from the targets, for each sample. */
public interface Loss {
  /**
   * The loss of each sample.
   *
   * @param outputs what the last layer gave, {@code [n, ...outputs]}
   * @param targets {@code [n, ...target]}: class numbers from 0, or numbers to be predicted
   * @return {@code [n]}
   */
  Value of(Value outputs, Value targets);

  /** What the outputs predict, of their shape: probabilities, or the numbers themselves. */
  Value predict(Value outputs);

  /** Whether targets are classes rather than numbers. */
  boolean classifies();

  /**
   * The shape that the last layer must give for one sample.
   *
   * @param target of one sample's targets: {@code []} for one number or class, {@code [t]} for a
   *     sequence
   * @param classes how many classes the data has; of no meaning where this does not classify
   * @throws io.sparrowml.config.ConfigException when this loss does not do for so many classes
   */
  Shape outputs(Shape target, int classes);

  /**
   * Whether the last layer may give this shape for one sample: that of {@link #outputs}, unless a
   * loss takes outputs of several shapes.
   *
   * @throws io.sparrowml.config.ConfigException when this loss does not do for so many classes
   */
  default boolean fits(Shape outputs, Shape target, int classes) {
    return outputs.equals(outputs(target, classes));
  }

  /** One output where the target is one number, else as many as there are targets. */
  static Shape likeTargets(Shape target) {
    return target.rank() == 0 ? Shape.of(1) : target;
  }
}
