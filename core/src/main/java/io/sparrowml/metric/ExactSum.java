package io.sparrowml.metric;

import java.math.BigInteger;

/**
 * A sum of real numbers in 128-bit fixed point with 40 binary places: adding is exact and does not
 * depend on the order. Each number is first rounded to a multiple of {@code 2^-40} (about {@code
 * 1e-12}).
 *
 * <p>A sum lies in three numbers of a metric's state from some index: low and high half, and how
 * many numbers were not finite or beyond {@code 2^80}.
 */
final class ExactSum {
  /** How many numbers of a state a sum takes. */
  static final int LENGTH = 3;

  private static final double UNIT = 0x1p40;
  private static final double LIMIT = 0x1p80;

  private ExactSum() {}

  /** Adds a number. */
  static void add(long[] state, int at, double number) {
    if (!(Math.abs(number) < LIMIT)) {
      state[at + 2]++;
      return;
    }
    double scaled = number * UNIT;
    long high = (long) (scaled * 0x1p-62);
    long low = Math.round(scaled - high * 0x1p62);
    addParts(state, at, high << 62, high >> 2);
    addParts(state, at, low, low >> 63);
  }

  /** Adds another sum. */
  static void merge(long[] state, int at, long[] other, int otherAt) {
    addParts(state, at, other[otherAt], other[otherAt + 1]);
    state[at + 2] += other[otherAt + 2];
  }

  private static void addParts(long[] state, int at, long low, long high) {
    long sum = state[at] + low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    state[at] = sum;
    state[at + 1] += high + carry;
  }

  /** The sum as the nearest double, not a number if one of the numbers was out of range. */
  static double value(long[] state, int at) {
    if (state[at + 2] > 0) {
      return Double.NaN;
    }
    BigInteger whole =
        BigInteger.valueOf(state[at + 1])
            .shiftLeft(64)
            .add(new BigInteger(Long.toUnsignedString(state[at])));
    return whole.doubleValue() / UNIT;
  }
}
