package io.sparrowml.optimizer;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * The sum of the squares of 32-bit numbers, the same bits in whatever order and parts they are
 * added: sixteen neighbours are added as doubles, always in one order, and their sums exactly.
 *
 * <p>The exact sum is one long number in digits of 32 bits, the first worth {@code 2^-352}: no sum
 * of squares is too small or too large for it.
 */
public final class SquaredNorm {
  /** How many numbers are added as doubles: a part may only begin at a multiple of it. */
  public static final int GROUP = 16;

  private static final int DIGITS = 21;
  private static final int LOWEST = -352;
  private static final long DIGIT = 0xffffffffL;

  /** Each below 2^63, so that 2^31 sums fit without carrying. */
  private final long[] digits = new long[DIGITS];

  /**
   * Adds the squares of consecutive numbers.
   *
   * @param numbers all finite; the first one's place in its parameter is a multiple of {@link
   *     #GROUP}, and if {@code length} is none, the parameter ends there
   */
  public void add(float[] numbers, int length) {
    for (int from = 0; from < length; from += GROUP) {
      add(group(numbers, from, Math.min(from + GROUP, length)));
    }
  }

  private static double group(float[] numbers, int from, int end) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < end; i += 4) {
      a += (double) numbers[i] * numbers[i];
      b += (double) numbers[i + 1] * numbers[i + 1];
      c += (double) numbers[i + 2] * numbers[i + 2];
      d += (double) numbers[i + 3] * numbers[i + 3];
    }
    a += i < end ? (double) numbers[i] * numbers[i] : 0;
    b += i + 1 < end ? (double) numbers[i + 1] * numbers[i + 1] : 0;
    c += i + 2 < end ? (double) numbers[i + 2] * numbers[i + 2] : 0;
    return (a + b) + (c + d);
  }

  private void add(double sum) {
    if (sum == 0) {
      return;
    }
    long mantissa = (Double.doubleToRawLongBits(sum) & 0xfffffffffffffL) | 0x10000000000000L;
    int place = Math.getExponent(sum) - 52 - LOWEST;
    int digit = place >>> 5;
    int shift = place & 31;
    digits[digit] += (mantissa << shift) & DIGIT;
    digits[digit + 1] += (mantissa >>> (32 - shift)) & DIGIT;
    digits[digit + 2] += shift == 0 ? 0 : mantissa >>> (64 - shift);
  }

  /** Adds another sum, as {@link #digits} gave it. */
  public void add(long[] other) {
    if (other.length != DIGITS) {
      throw new IllegalArgumentException(
          "squared norm: add expects " + DIGITS + " digits, got " + other.length);
    }
    for (int i = 0; i < DIGITS; i++) {
      digits[i] += other[i];
    }
  }

  /** The sum's digits, each below 2^32, the lowest first. */
  public long[] digits() {
    long[] carried = digits.clone();
    for (int i = 0; i < DIGITS - 1; i++) {
      carried[i + 1] += carried[i] >>> 32;
      carried[i] &= DIGIT;
    }
    return carried;
  }

  /** The Euclidean norm: the square root of the sum. */
  public double norm() {
    BigInteger sum = BigInteger.ZERO;
    for (int i = DIGITS - 1; i >= 0; i--) {
      sum = sum.shiftLeft(32).add(BigInteger.valueOf(digits[i]));
    }
    return Math.sqrt(StrictMath.scalb(sum.doubleValue(), LOWEST));
  }

  /** Back to 0. */
  public void clear() {
    Arrays.fill(digits, 0);
  }
}
