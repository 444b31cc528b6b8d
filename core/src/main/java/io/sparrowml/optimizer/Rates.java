package io.sparrowml.optimizer;

import io.sparrowml.config.ConfigException;

/** Checks that several rules share. */
final class Rates {
  private Rates() {}

  static void positive(String key, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new ConfigException(key + ": expects a number above 0, got " + value);
    }
  }

  static void notNegative(String key, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new ConfigException(key + ": expects a number of at least 0, got " + value);
    }
  }

  static void fraction(String key, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new ConfigException(key + ": expects a number in [0, 1), got " + value);
    }
  }
}
