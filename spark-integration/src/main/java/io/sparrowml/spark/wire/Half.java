package io.sparrowml.spark.wire;

/** The numbers of IEEE 754 half precision, float16, among those of single precision. */
public final class Half {
  private static final int SIGN = 0x8000_0000;
  private static final int LEAST_NORMAL = 0x3880_0000; // 2^-14
  private static final int TOO_LARGE = 0x477F_F000; // 65,520, from which on all is infinite
  private static final int INFINITE = 0x7F80_0000;
  private static final float TINY = 0x1p-24f; // the distance of numbers below 2^-14
  private static final float PER_TINY = 0x1p24f;

  private Half() {}

  /** The nearest one, to even ones of two; infinite beyond the largest. */
  public static float nearest(float number) {
    int bits = Float.floatToRawIntBits(number);
    int sign = bits & SIGN;
    int size = bits ^ sign;
    if (size < LEAST_NORMAL) {
      return (float) Math.rint(number * PER_TINY) * TINY;
    }
    if (size >= TOO_LARGE) {
      return size > INFINITE ? Float.NaN : Float.intBitsToFloat(sign | INFINITE);
    }
    int even = size + 0xFFF + (size >>> 13 & 1);
    return Float.intBitsToFloat(sign | (even & ~0x1FFF));
  }

  /** Whether a number is one. */
  static boolean is(float number) {
    return Float.floatToIntBits(nearest(number)) == Float.floatToIntBits(number);
  }

  /** The two bytes of one. */
  static short bits(float half) {
    int bits = Float.floatToRawIntBits(half);
    int size = bits & ~SIGN;
    int sign = bits >>> 16 & 0x8000;
    if (size >= INFINITE) {
      return (short) (sign | (size > INFINITE ? 0x7E00 : 0x7C00));
    }
    if (size < LEAST_NORMAL) {
      return (short) (sign | (int) (Math.abs(half) * PER_TINY));
    }
    return (short) (sign | (size - (112 << 23)) >> 13);
  }

  /** The one that two bytes stand for. */
  static float of(short bits) {
    int size = bits & 0x7FFF;
    int sign = (bits & 0x8000) << 16;
    if (size >= 0x7C00) {
      return Float.intBitsToFloat(sign | INFINITE | (size & 0x3FF) << 13);
    }
    float absolute = size < 0x400 ? size * TINY : Float.intBitsToFloat((size << 13) + (112 << 23));
    return Float.intBitsToFloat(sign | Float.floatToRawIntBits(absolute));
  }
}
