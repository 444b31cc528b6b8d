package io.sparrowml.loss;

import io.sparrowml.op.Value;

/** A cost function: how far a network's outputs are from the targets, for each sample. */
public interface Loss {
  /**
   * The loss of each sample.
   *
   * @param outputs what the last layer gave, {@code [n, units]}
   * @param targets {@code [n]}: class numbers from 0, or numbers to be predicted
   * @return {@code [n]}
   */
  Value of(Value outputs, Value targets);

  /** What the outputs predict, {@code [n, units]}: probabilities, or the numbers themselves. */
  Value predict(Value outputs);

  /** Whether targets are classes rather than numbers. */
  boolean classifies();

  /**
   * How many units the last layer must have.
   *
   * @param classes how many classes the data has; of no meaning where this does not classify
   * @throws io.sparrowml.config.ConfigException when this loss does not do for so many classes
   */
  int units(int classes);
}
