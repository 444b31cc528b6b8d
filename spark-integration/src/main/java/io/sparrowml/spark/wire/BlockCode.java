package io.sparrowml.spark.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Numbers in fewer bytes, without a loss: each block of 256 is written in the shortest form that
 * gives it back to the bit. It pays for numbers that were rounded before, or are few.
 *
 * <pre>
 *   int32 how many numbers, then for each block of 256, the last one shorter:
 *   byte 0                              all are 0
 *   byte 1, k - 1, k positions, k floats  all but k are 0
 *   byte 2, exponent e, n bytes         each is q 2^e
 *   byte 3, exponent e, n int16         each is q 2^e
 *   byte 4, n int16                     the upper halves of floats: bfloat16
 *   byte 5, n int16                     float16
 *   byte 6, n floats
 *   zeros up to a multiple of 4
 * </pre>
 */
public final class BlockCode {
  /** How many numbers have a form in common. */
  public static final int BLOCK = 256;

  private static final int ZEROS = 0;
  private static final int FEW = 1;
  private static final int BYTES = 2;
  private static final int SHORTS = 3;
  private static final int UPPER_HALVES = 4;
  private static final int HALVES = 5;
  private static final int FLOATS = 6;

  private static final int FEW_BYTES = 1 + Float.BYTES; // of each number
  private static final int BYTE_BITS = 6;
  private static final int SHORT_BITS = 14;
  private static final int LEAST_EXPONENT = -126;

  private BlockCode() {}

  /**
   * Writes numbers.
   *
   * @param out written from its position on; padded
   * @return false where there is no room for them: what is written is of no use then
   */
  static boolean write(FloatBuffer numbers, ByteBuffer out) {
    out.order(ByteOrder.LITTLE_ENDIAN);
    if (out.remaining() < Integer.BYTES) {
      return false;
    }
    int count = numbers.limit();
    out.putInt(count);
    float[] block = new float[BLOCK];
    ByteBuffer bytes = ByteBuffer.allocate(2 + BLOCK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < count; at += BLOCK) {
      int length = Math.min(BLOCK, count - at);
      numbers.get(at, block, 0, length);
      write(block, length, bytes.clear());
      bytes.flip();
      if (out.remaining() < bytes.remaining() + Integer.BYTES) {
        return false;
      }
      out.put(bytes);
    }
    while (out.position() % Integer.BYTES != 0) {
      out.put((byte) 0);
    }
    return true;
  }

  private static void write(float[] block, int length, ByteBuffer out) {
    int some = 0;
    float largest = 0;
    for (int i = 0; i < length; i++) {
      some += Float.floatToRawIntBits(block[i]) == 0 ? 0 : 1;
      largest = Math.max(largest, Math.abs(block[i]));
    }
    if (some == 0) {
      out.put((byte) ZEROS);
    } else if (some * FEW_BYTES < length) {
      few(block, length, some, out);
    } else if (writeWhole(block, length, largest, BYTE_BITS, out)
        || writeWhole(block, length, largest, SHORT_BITS, out)) {
      return;
    } else if (areUpperHalves(block, length)) {
      out.put((byte) UPPER_HALVES);
      for (int i = 0; i < length; i++) {
        out.putShort((short) (Float.floatToRawIntBits(block[i]) >>> 16));
      }
    } else if (areHalves(block, length)) {
      out.put((byte) HALVES);
      for (int i = 0; i < length; i++) {
        out.putShort(Half.bits(block[i]));
      }
    } else if (some * FEW_BYTES < length * Float.BYTES) {
      few(block, length, some, out);
    } else {
      out.put((byte) FLOATS);
      for (int i = 0; i < length; i++) {
        out.putFloat(block[i]);
      }
    }
  }

  private static void few(float[] block, int length, int some, ByteBuffer out) {
    out.put((byte) FEW).put((byte) (some - 1));
    for (int i = 0; i < length; i++) {
      if (Float.floatToRawIntBits(block[i]) != 0) {
        out.put((byte) i);
      }
    }
    for (int i = 0; i < length; i++) {
      if (Float.floatToRawIntBits(block[i]) != 0) {
        out.putFloat(block[i]);
      }
    }
  }

  /** Writes whole numbers of so many bits and a sign times a power of two, if they are such. */
  private static boolean writeWhole(
      float[] block, int length, float largest, int bits, ByteBuffer out) {
    int exponent = Math.getExponent(largest) - bits;
    if (!(largest <= Float.MAX_VALUE) || exponent < LEAST_EXPONENT) {
      return false;
    }
    float per = scale(-exponent);
    for (int i = 0; i < length; i++) {
      float whole = block[i] * per;
      boolean lost = whole == 0 && Float.floatToRawIntBits(block[i]) != 0;
      if (lost || whole != (int) whole) {
        return false;
      }
    }
    boolean small = bits == BYTE_BITS;
    out.put((byte) (small ? BYTES : SHORTS)).put((byte) exponent);
    for (int i = 0; i < length; i++) {
      int whole = (int) (block[i] * per);
      if (small) {
        out.put((byte) whole);
      } else {
        out.putShort((short) whole);
      }
    }
    return true;
  }

  private static float scale(int exponent) {
    return Math.scalb(1f, exponent);
  }

  private static boolean areUpperHalves(float[] block, int length) {
    int lower = 0;
    for (int i = 0; i < length; i++) {
      lower |= Float.floatToRawIntBits(block[i]);
    }
    return (lower & 0xFFFF) == 0;
  }

  private static boolean areHalves(float[] block, int length) {
    for (int i = 0; i < length; i++) {
      if (!Half.is(block[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * How many numbers were written.
   *
   * @throws WireException where there are fewer bytes than such a number has
   */
  static int count(ByteBuffer in) {
    if (in.remaining() < Integer.BYTES) {
      throw new WireException("frame: a coded body expects at least 4 bytes, got fewer");
    }
    int count = in.order(ByteOrder.LITTLE_ENDIAN).getInt(in.position());
    long least = Integer.BYTES + (count + BLOCK - 1L) / BLOCK;
    if (count < 0 || in.remaining() < least) {
      throw new WireException(
          "frame: a coded body of %d bytes expects fewer numbers, got %d"
              .formatted(in.remaining(), count));
    }
    return count;
  }

  /**
   * Reads numbers.
   *
   * @param in from the position to the limit
   * @param numbers as many as {@link #count}
   * @throws WireException where the bytes are of no known form
   */
  static void read(ByteBuffer in, FloatBuffer numbers) {
    int count = count(in);
    in.position(in.position() + Integer.BYTES);
    float[] block = new float[BLOCK];
    for (int at = 0; at < count; at += BLOCK) {
      int length = Math.min(BLOCK, count - at);
      read(in, block, length);
      numbers.put(at, block, 0, length);
    }
    boolean padded = in.remaining() < Integer.BYTES;
    while (padded && in.hasRemaining()) {
      padded = in.get() == 0;
    }
    if (!padded) {
      throw new WireException(
          "frame: a coded body expects its end behind the last block, got more");
    }
  }

  private static void read(ByteBuffer in, float[] block, int length) {
    int form = need(in, 1).get();
    switch (form) {
      case ZEROS -> Arrays.fill(block, 0, length, 0);
      case FEW -> readFew(in, block, length);
      case BYTES -> {
        float unit = scale(need(in, 1 + length).get());
        for (int i = 0; i < length; i++) {
          block[i] = in.get() * unit;
        }
      }
      case SHORTS -> {
        float unit = scale(need(in, 1 + 2 * length).get());
        for (int i = 0; i < length; i++) {
          block[i] = in.getShort() * unit;
        }
      }
      case UPPER_HALVES -> {
        need(in, 2 * length);
        for (int i = 0; i < length; i++) {
          block[i] = Float.intBitsToFloat(in.getShort() << 16);
        }
      }
      case HALVES -> {
        need(in, 2 * length);
        for (int i = 0; i < length; i++) {
          block[i] = Half.of(in.getShort());
        }
      }
      case FLOATS -> {
        need(in, Float.BYTES * length);
        for (int i = 0; i < length; i++) {
          block[i] = in.getFloat();
        }
      }
      default ->
          throw new WireException("frame: a coded block expects a form from 0 to 6, got " + form);
    }
  }

  private static void readFew(ByteBuffer in, float[] block, int length) {
    int some = (need(in, 1).get() & 0xFF) + 1;
    Arrays.fill(block, 0, length, 0);
    need(in, some * (1 + Float.BYTES));
    int positions = in.position();
    in.position(positions + some);
    int last = -1;
    for (int i = 0; i < some; i++) {
      int position = in.get(positions + i) & 0xFF;
      if (position <= last || position >= length) {
        throw new WireException(
            "frame: a coded block of %d numbers expects ascending positions, got %d after %d"
                .formatted(length, position, last));
      }
      block[position] = in.getFloat();
      last = position;
    }
  }

  private static ByteBuffer need(ByteBuffer in, int bytes) {
    if (in.remaining() < bytes) {
      throw new WireException(
          "frame: a coded block expects %d more bytes, got %d".formatted(bytes, in.remaining()));
    }
    return in;
  }
}
