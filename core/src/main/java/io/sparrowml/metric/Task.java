package io.sparrowml.metric;

import io.sparrowml.config.ConfigException;

/**
 * What a model predicts.
 *
 * @param classifies classes rather than numbers
 * @param units outputs of a sample, or of a position of a sequence
 */
public record Task(boolean classifies, int units) {

  /** How many classes there are: one output stands for two. */
  public int classes() {
    return units == 1 ? 2 : units;
  }

  /**
   * Refuses models that predict numbers.
   *
   * @param metric which one asks, for errors
   */
  public void requireClasses(String metric) {
    if (!classifies) {
      throw new ConfigException(
          metric + ": expects a model that predicts classes, got one that predicts a number");
    }
  }

  /**
   * Refuses models that predict classes.
   *
   * @param metric which one asks, for errors
   */
  public void requireNumbers(String metric) {
    if (classifies) {
      throw new ConfigException(
          metric + ": expects a model that predicts a number, got one that predicts classes");
    }
  }
}
