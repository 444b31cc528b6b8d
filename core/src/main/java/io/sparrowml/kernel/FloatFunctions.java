package io.sparrowml.kernel;

/**
 * Functions of single-precision numbers, to a few units in the last place, in loops without
 * branches that the virtual machine turns into vector instructions.
 *
 * <p>NaN gives NaN. The result for a number does not depend on its place or on its neighbours. The
 * coefficients are minimax fits. Instances belong to one thread.
 */
final class FloatFunctions {
  /** How many numbers the methods take at most. */
  static final int CHUNK = 1024;

  /** Adding and taking away rounds to a whole number, which the sum's last bits hold. */
  private static final float ROUNDING = 0x1.8p23f;

  private static final float LOG2_E = 1.4426950408889634f;
  private static final float LN_2_HIGH = 0x1.62e4p-1f;
  private static final float LN_2_LOW = 1.42860677e-6f;

  /** Below this {@code e^x} is 0. */
  private static final float EXP_FROM = -87.4f;

  /** From a little below this {@code e^x} is infinite. */
  private static final float EXP_TO = 89.4f;

  private static final int EXPONENT_BIAS = 127;
  private static final int MANTISSA_BITS = 23;
  private static final int BITS_OF_SQRT_HALF = 0x3f3504f3;

  /** Beyond this GELU is 0 or x. */
  private static final float GELU_ENDS = 14.4f;

  /** From half of this on the hyperbolic tangent is 1. */
  private static final float TANH_ENDS = 20;

  private static final float SQRT_2_PI = 2.5066282746310002f;

  private final float[] scales = new float[CHUNK];
  private final float[] given = new float[CHUNK];

  /**
   * Replaces numbers by a function of them.
   *
   * @throws IllegalArgumentException for a function that this class lacks
   */
  void apply(Unary function, float p, float[] x, int length) {
    switch (function) {
      case EXP -> exp(x, length);
      case LOG -> log(x, length);
      case SOFTPLUS -> softplus(x, length);
      case GELU -> gelu(x, length);
      case GELU_DERIVATIVE -> geluDerivative(x, length);
      case ELU -> elu(x, p, length);
      case ELU_DERIVATIVE -> eluDerivative(x, p, length);
      case SQRT -> sqrt(x, length);
      case ABS -> abs(x, length);
      case SIGN -> sign(x, length);
      case AT_LEAST -> atLeast(x, p, length);
      case AT_MOST -> atMost(x, p, length);
      default -> throw new IllegalArgumentException("no loop for " + function);
    }
  }

  private static void sqrt(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = (float) Math.sqrt(x[i]);
    }
  }

  private static void abs(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = Math.abs(x[i]);
    }
  }

  private static void sign(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = Math.signum(x[i]);
    }
  }

  private static void atLeast(float[] x, float least, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = Math.max(x[i], least);
    }
  }

  private static void atMost(float[] x, float most, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = Math.min(x[i], most);
    }
  }

  /** Replaces numbers by {@code e^x}; results below 2e-38 are 0. */
  void exp(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      float bounded = Math.min(Math.max(x[i], EXP_FROM), EXP_TO);
      float shifted = bounded * LOG2_E + ROUNDING;
      float n = shifted - ROUNDING;
      float r = bounded - n * LN_2_HIGH - n * LN_2_LOW;
      x[i] = 2 * (1 + (r + r * r * exponential(r)));
      scales[i] = shifted;
    }
    toPowersOfTwo(EXPONENT_BIAS - 1, length);
    for (int i = 0; i < length; i++) {
      x[i] *= scales[i];
    }
  }

  /** {@code (e^r - 1 - r) / r^2} within half the logarithm of 2. */
  private static float exponential(float r) {
    return ((((1.3951717e-3f * r + 8.3695985e-3f) * r + 4.1666187e-2f) * r + 0.16666512f) * r
        + 0.5f);
  }

  /** Replaces the scales, whole numbers {@code n} plus ROUNDING, by {@code 2^(n + bias - 127)}. */
  private void toPowersOfTwo(int bias, int length) {
    for (int i = 0; i < length; i++) {
      scales[i] = Float.intBitsToFloat(Float.floatToRawIntBits(scales[i]) + bias << MANTISSA_BITS);
    }
  }

  /** Replaces numbers by their natural logarithm. */
  void log(float[] x, int length) {
    boolean normal = true;
    for (int i = 0; i < length; i++) {
      float number = x[i];
      given[i] = number;
      normal &= number >= Float.MIN_NORMAL && number <= Float.MAX_VALUE;
      int bits = Float.floatToRawIntBits(number);
      int exponent = bits - BITS_OF_SQRT_HALF >> MANTISSA_BITS;
      x[i] = Float.intBitsToFloat(bits - (exponent << MANTISSA_BITS)) - 1;
      scales[i] = exponent;
    }
    for (int i = 0; i < length; i++) {
      float n = scales[i];
      x[i] = n * LN_2_HIGH + (n * LN_2_LOW + log1p(x[i]));
    }
    if (!normal) {
      logOfOthers(x, length);
    }
  }

  private void logOfOthers(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      if (!(given[i] >= Float.MIN_NORMAL && given[i] <= Float.MAX_VALUE)) {
        x[i] = (float) Math.log(given[i]);
      }
    }
  }

  /** {@code log(1 + u)} for {@code u} in [-0.3, 1], as {@code 2 atanh(u / (2 + u))}. */
  private static float log1p(float u) {
    float s = u / (2 + u);
    float z = s * s;
    float tail =
        ((((0.121504694f * z + 0.107138284f) * z + 0.14308442f) * z + 0.19999439f) * z
            + 0.33333337f);
    return 2 * (s + s * (z * tail));
  }

  /** Replaces numbers by {@code log(1 + e^x)}. */
  void softplus(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      given[i] = x[i];
      x[i] = -Math.abs(x[i]);
    }
    exp(x, length);
    for (int i = 0; i < length; i++) {
      x[i] = Math.max(given[i], 0) + log1p(x[i]);
    }
  }

  /** Replaces numbers by {@code 1 / (1 + e^-x)}. */
  void sigmoid(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = -x[i];
    }
    exp(x, length);
    for (int i = 0; i < length; i++) {
      x[i] = 1 / (1 + x[i]);
    }
  }

  /**
   * Replaces numbers by their hyperbolic tangent, {@code E / (E + 2)} with {@code E = e^2x - 1}.
   */
  void tanh(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      float bounded = Math.min(Math.max(2 * x[i], -TANH_ENDS), TANH_ENDS);
      float shifted = bounded * LOG2_E + ROUNDING;
      float n = shifted - ROUNDING;
      float r = bounded - n * LN_2_HIGH - n * LN_2_LOW;
      x[i] = r + r * r * exponential(r);
      scales[i] = shifted;
    }
    toPowersOfTwo(EXPONENT_BIAS, length);
    for (int i = 0; i < length; i++) {
      float power = scales[i];
      float e = power * x[i] + (power - 1);
      x[i] = e / (e + 2);
    }
  }

  /** Replaces numbers by {@code x > 0 ? x : alpha (e^x - 1)}. */
  void elu(float[] x, float alpha, int length) {
    for (int i = 0; i < length; i++) {
      float bounded = Math.max(Math.min(x[i], 0), EXP_FROM);
      float shifted = bounded * LOG2_E + ROUNDING;
      float n = shifted - ROUNDING;
      float r = bounded - n * LN_2_HIGH - n * LN_2_LOW;
      given[i] = r + r * r * exponential(r);
      scales[i] = shifted;
    }
    toPowersOfTwo(EXPONENT_BIAS, length);
    for (int i = 0; i < length; i++) {
      float power = scales[i];
      x[i] = Math.max(x[i], 0) + alpha * (power * given[i] + (power - 1));
    }
  }

  /** Replaces numbers by {@code x > 0 ? 1 : alpha e^x}. */
  void eluDerivative(float[] x, float alpha, int length) {
    for (int i = 0; i < length; i++) {
      given[i] = oneWherePositive(x[i]);
      x[i] = Math.min(x[i], 0);
    }
    exp(x, length);
    for (int i = 0; i < length; i++) {
      x[i] = given[i] + (1 - given[i]) * (alpha * x[i]);
    }
  }

  /** 1 above zero, else 0, without a branch. */
  private static float oneWherePositive(float x) {
    return Math.min(Math.max(x * 0x1p127f * 0x1p23f, 0), 1);
  }

  /** Replaces numbers by {@code x P(x) = max(x, 0) - |x| P(-|x|)}. */
  void gelu(float[] x, int length) {
    densities(x, length);
    for (int i = 0; i < length; i++) {
      float z = Math.min(Math.abs(given[i]), GELU_ENDS);
      x[i] = Math.max(given[i], 0) - z * (x[i] * ratio(z));
    }
  }

  /**
   * Replaces numbers by {@code P(x) + x p(x)}, which is {@code q = P(-|x|) - |x| p(x)} below zero,
   * and {@code 1 - q} above.
   */
  void geluDerivative(float[] x, int length) {
    densities(x, length);
    for (int i = 0; i < length; i++) {
      float z = Math.min(Math.abs(given[i]), GELU_ENDS);
      float q = x[i] * (ratio(z) - z / SQRT_2_PI);
      float above = oneWherePositive(given[i]);
      x[i] = above + (1 - 2 * above) * q;
    }
  }

  /**
   * Keeps the numbers and replaces them by {@code e^(-z^2 / 2)}. The square is taken in two parts,
   * the second being what its rounding would lose.
   */
  private void densities(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      given[i] = x[i];
      float z = Math.min(Math.abs(x[i]), GELU_ENDS);
      float high = high(z);
      x[i] = -0.5f * (high * high);
    }
    exp(x, length);
    for (int i = 0; i < length; i++) {
      float z = Math.min(Math.abs(given[i]), GELU_ENDS);
      float high = high(z);
      float d = -0.5f * ((z - high) * (z + high));
      x[i] *= 1 + d * (1 + d * (0.5f + d * 0.16666667f));
    }
  }

  /** The upper half of a number's digits (Veltkamp, 1968): its square is exact. */
  private static float high(float z) {
    float product = 4097 * z;
    return product - (product - z);
  }

  /** {@code P(-z) / e^(-z^2 / 2)} for {@code z} in [0, GELU_ENDS]. */
  private static float ratio(float z) {
    float t = 1 / (1 + 0.3f * z);
    float low =
        (((0.082826326f * t + 0.10899677f) * t + 0.11979037f) * t + 0.11966471f) * t
            + 9.5613609e-7f;
    float high =
        (((((-0.019841934f * t + 0.10783596f) * t - 0.21634426f) * t + 0.17413461f) * t
                    - 0.062708765f)
                * t
            + 0.085645253f);
    float square = t * t;
    return low + high * (square * square * t);
  }
}
