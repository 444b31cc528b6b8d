package io.sparrowml.metric;

import io.sparrowml.config.ConfigException;
import io.sparrowml.tensor.Shape;

/**
 * What a model predicts.
 *
 * @param classifies classes rather than numbers
 * @param units outputs of a sample, or of a position of a sequence
 */
public record Task(boolean classifies, int units) {

  /**
   * The task of a model.
   *
   * @param output the shape of one sample's output
   */
  public static Task of(boolean classifies, Shape output) {
    return new Task(classifies, output.rank() == 0 ? 1 : output.dim(output.rank() - 1));
  }

  /** How many classes there are: one output stands for two. */
  public int classes() {
    return units == 1 ? 2 : units;
  }

  /** Refuses models that predict numbers. */
  void requireClasses(String metric) {
    if (!classifies) {
      throw new ConfigException(
          metric + ": expects a model that predicts classes, got one that predicts a number");
    }
  }

  /** Refuses models that predict classes. */
  void requireNumbers(String metric) {
    if (classifies) {
      throw new ConfigException(
          metric + ": expects a model that predicts a number, got one that predicts classes");
    }
  }
}
