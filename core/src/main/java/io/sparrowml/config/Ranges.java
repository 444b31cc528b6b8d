package io.sparrowml.config;

/** Checks of numbers that records are given, by the names of their keys. */
public final class Ranges {
  private Ranges() {}

  /** A finite number above 0. */
  public static void positive(String key, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new ConfigException(key + ": expects a number above 0, got " + value);
    }
  }

  /** A finite number of at least 0. */
  public static void notNegative(String key, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new ConfigException(key + ": expects a number of at least 0, got " + value);
    }
  }

  /** A number in [0, 1): a probability of dropping, or how much of an average is kept. */
  public static void fraction(String key, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new ConfigException(key + ": expects a number in [0, 1), got " + value);
    }
  }

  /** A whole number of at least 1. */
  public static void atLeastOne(String key, long value) {
    if (value < 1) {
      throw new ConfigException(key + ": expects at least 1, got " + value);
    }
  }
}
