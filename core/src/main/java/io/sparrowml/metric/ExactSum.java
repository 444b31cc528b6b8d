package io.sparrowml.metric;

import java.math.BigInteger;

/**
 * A sum of real numbers in 256-bit fixed point with 128 binary places: adding is exact and does not
 * depend on the order. Each number is first rounded to a multiple of {@code 2^-128}, which changes
 * none of {@code 2^-76} or more.
 *
 * <p>A sum lies in five numbers of a metric's state from some index: four parts of 64 bits, the
 * lowest first, and how many numbers were not finite, or {@code 2^80} or beyond.
 */
public final class ExactSum {
  /** How many numbers of a state a sum takes. */
  public static final int LENGTH = 5;

  /** Sums in whole numbers count units of {@code 2^-128}. */
  static final int PLACES = 128;

  private static final int WORDS = 4;
  private static final int MANTISSA = 52;
  private static final double UNITS = 0x1p128;
  private static final double LIMIT = 0x1p80;

  private ExactSum() {}

  /** Adds a number. */
  public static void add(long[] state, int at, double number) {
    if (!(Math.abs(number) < LIMIT)) {
      state[at + WORDS]++;
      return;
    }
    double units = number * UNITS;
    int exponent = Math.getExponent(units);
    int shift = Math.max(0, exponent - MANTISSA);
    long digits = (long) Math.rint(Math.scalb(units, -shift));
    int word = shift / Long.SIZE;
    int bits = shift % Long.SIZE;
    long low = digits << bits;
    long high = bits == 0 ? digits >> 63 : digits >> (Long.SIZE - bits);
    long carry = 0;
    for (int i = word; i < WORDS; i++) {
      long part = i == word ? low : i == word + 1 ? high : digits >> 63;
      carry = addPart(state, at + i, part, carry);
    }
  }

  /** Adds another sum. */
  public static void merge(long[] state, int at, long[] other, int otherAt) {
    long carry = 0;
    for (int i = 0; i < WORDS; i++) {
      carry = addPart(state, at + i, other[otherAt + i], carry);
    }
    state[at + WORDS] += other[otherAt + WORDS];
  }

  /** Adds 64 bits and a carry, and returns the carry. */
  private static long addPart(long[] state, int at, long part, long carry) {
    long sum = state[at] + part;
    long over = Long.compareUnsigned(sum, part) < 0 ? 1 : 0;
    state[at] = sum + carry;
    return over + (carry == 1 && state[at] == 0 ? 1 : 0);
  }

  /** The sum as the nearest double, not a number if one of the numbers was out of range. */
  public static double value(long[] state, int at) {
    return finite(state, at) ? units(state, at).doubleValue() / UNITS : Double.NaN;
  }

  /** Whether all numbers were in range. */
  public static boolean finite(long[] state, int at) {
    return state[at + WORDS] == 0;
  }

  /** The exact sum of the numbers that were in range, in units of {@code 2^-128}. */
  static BigInteger units(long[] state, int at) {
    BigInteger whole = BigInteger.valueOf(state[at + WORDS - 1]);
    for (int i = WORDS - 2; i >= 0; i--) {
      whole = whole.shiftLeft(Long.SIZE).add(new BigInteger(Long.toUnsignedString(state[at + i])));
    }
    return whole;
  }
}
