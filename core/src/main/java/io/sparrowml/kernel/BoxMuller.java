package io.sparrowml.kernel;

import io.sparrowml.tensor.RandomKey;

/**
 * Numbers of the standard normal distribution by the table of a key: {@code sqrt(-2 log(1 - u))}
 * times {@code cos(2 pi v)} at an even index and {@code sin(2 pi v)} at the odd one behind it,
 * where {@code u} and {@code v} are the key's uniform numbers of these two indices (Box and Muller,
 * 1958).
 *
 * <p>Computed to about 11 digits with additions, multiplications, divisions and roots alone, which
 * are the same bits on every machine, and without branches.
 */
final class BoxMuller {
  private static final long BITS_OF_SQRT_HALF = 0x3fe6a09e667f3bcdL;
  private static final int MANTISSA_BITS = 52;
  private static final double LN_2 = 0x1.62e42fefa39efp-1;
  private static final double HALF_PI = 0x1.921fb54442d18p0;

  private BoxMuller() {}

  /**
   * Fills an array with the numbers from an index on.
   *
   * @param from even
   * @param numbers one longer than {@code length} where that is odd
   */
  static void fill(long key, int from, double[] numbers, int length) {
    for (int i = 0; i < length; i += 2) {
      double radius = Math.sqrt(-2 * log(1 - RandomKey.uniform(key, from + i)));
      double quarter = HALF_PI * (RandomKey.uniform(key, from + i + 1) - 0.5);
      double s = sin(quarter);
      double c = cos(quarter);
      // Twice the angle's double, which is half a turn from 2 pi v.
      double s2 = 2 * s * c;
      double c2 = 1 - 2 * (s * s);
      numbers[i] = -radius * (1 - 2 * (s2 * s2));
      numbers[i + 1] = -radius * (2 * s2 * c2);
    }
  }

  /** The logarithm of a number in [2^-53, 1]. */
  private static double log(double x) {
    long bits = Double.doubleToRawLongBits(x);
    long exponent = bits - BITS_OF_SQRT_HALF >> MANTISSA_BITS;
    double f = Double.longBitsToDouble(bits - (exponent << MANTISSA_BITS)) - 1;
    double s = f / (2 + f);
    double z = s * s;
    double series =
        1 + z * (1 / 3d + z * (1 / 5d + z * (1 / 7d + z * (1 / 9d + z * (1 / 11d + z / 13d)))));
    return exponent * LN_2 + 2 * (s * series);
  }

  /** The sine of an angle in [-pi/4, pi/4]. */
  private static double sin(double x) {
    double z = x * x;
    double high = 1 / 5040d - z * (1 / 362880d - z * (1 / 39916800d - z / 6227020800d));
    return x * (1 - z * (1 / 6d - z * (1 / 120d - z * high)));
  }

  /** The cosine of an angle in [-pi/4, pi/4]. */
  private static double cos(double x) {
    double z = x * x;
    double high = 1 / 40320d - z * (1 / 3628800d - z * (1 / 479001600d - z / 87178291200d));
    return 1 - z * (1 / 2d - z * (1 / 24d - z * (1 / 720d - z * high)));
  }
}
