package io.sparrowml.kernel;

/** The standard normal distribution in double precision, to about 14 digits. */
final class NormalDistribution {
  private static final double SERIES_ENDS = 3;
  private static final int FRACTIONS = 60;

  private NormalDistribution() {}

  /** The density {@code e^(-x^2 / 2) / sqrt(2 pi)}. */
  static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /**
   * The probability of a number up to {@code x}, {@code (1 + erf(x / sqrt 2)) / 2}: near 0 by the
   * series {@code 1/2 + density(x) (x + x^3 / 3 + x^5 / 15 + ...)}, far from it by the continued
   * fraction {@code density(x) / (x + 1 / (x + 2 / (x + 3 / ...)))} (Abramowitz and Stegun, 26.2.11
   * and 26.2.14).
   */
  static double probability(double x) {
    if (Math.abs(x) < SERIES_ENDS) {
      double term = x;
      double sum = x;
      for (int n = 3; Math.abs(term) > 1e-18 * Math.abs(sum); n += 2) {
        term *= x * x / n;
        sum += term;
      }
      return 0.5 + density(x) * sum;
    }
    double z = Math.abs(x);
    double fraction = z;
    for (int n = FRACTIONS; n >= 1; n--) {
      fraction = z + n / fraction;
    }
    double tail = density(z) / fraction;
    return x > 0 ? 1 - tail : tail;
  }
}
