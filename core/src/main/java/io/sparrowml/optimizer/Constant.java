package io.sparrowml.optimizer;

import io.sparrowml.config.ConfigException;

/**
 * The same learning rate in every update. A number stands for it.
 *
 * @param rate above 0
 */
public record Constant(double rate) implements Schedule {
  /** Checks the range. */
  public Constant {
    if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new ConfigException("expects a learning rate above 0, got " + rate);
    }
  }

  @Override
  public double rate(long step) {
    return rate;
  }
}
