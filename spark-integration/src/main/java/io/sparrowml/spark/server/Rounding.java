package io.sparrowml.spark.server;

import io.sparrowml.optimizer.Segment;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.spark.wire.BlockCode;
import io.sparrowml.spark.wire.Half;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Compression;
import java.nio.FloatBuffer;
import java.util.BitSet;

/**
 * Makes gradients of a slice such as travel in few bytes, by their numbers alone: whoever does it
 * gets the same.
 *
 * <p>The slice falls into blocks of 256 numbers. Blocks with a statistic in them stay as they are.
 *
 * <p>Used by several threads at once.
 */
public final class Rounding {
  private static final int BLOCK = BlockCode.BLOCK; // with one unit a block, as it is written
  private static final int LEAST_EXPONENT = -100;
  private static final int DIGIT_BITS = 8;

  private final Compression compression;
  private final int length;
  private final BitSet exempt = new BitSet(); // blocks

  /**
   * The rounding of a slice.
   *
   * @param segments what lies in it
   * @param length of the slice
   */
  public Rounding(Compression compression, Segments segments, int length) {
    this.compression = compression;
    this.length = length;
    for (Segment segment : segments.inOrder()) {
      if (segment instanceof Segment.Statistic) {
        int last = segment.from() + segment.length() - 1;
        exempt.set(segment.from() / BLOCK, last / BLOCK + 1);
      }
    }
  }

  /**
   * Makes a worker's own gradient what is added along the tree.
   *
   * @param gradient {@code [length]}, overwritten
   */
  public void worker(Tensor gradient) {
    nearest(gradient.floats());
  }

  /**
   * The same, where the compression keeps something back.
   *
   * @param gradient {@code [length]}, overwritten
   * @param kept {@code [length]}: what the worker kept back, overwritten by what it keeps back now
   */
  public void worker(Tensor gradient, Tensor kept) {
    if (compression instanceof Compression.TopK topK) {
      topK(gradient.floats(), kept.floats(), topK.share());
    } else {
      int8(gradient.floats(), kept.floats());
    }
  }

  /**
   * Adds all that a worker kept back to its gradient, and keeps nothing.
   *
   * @param gradient {@code [length]}, overwritten
   * @param kept {@code [length]}, zeros afterwards
   */
  public void all(Tensor gradient, Tensor kept) {
    new GradientSum(1, Payload.borrowed(gradient)).plus(new GradientSum(1, Payload.borrowed(kept)));
    kept.clear();
  }

  /** Adds the sum of a right subtree to that of a left one. */
  public GradientSum add(GradientSum left, GradientSum right) {
    GradientSum sum = left.plus(right);
    boolean both = left.count() > 0 && right.count() > 0;
    if (both && sum.payload() != null) {
      nearest(sum.payload().values().floats());
    }
    return sum;
  }

  private void nearest(FloatBuffer numbers) {
    boolean brain = compression instanceof Compression.Bfloat16;
    if (!brain && !(compression instanceof Compression.Float16)) {
      return;
    }
    float[] block = new float[BLOCK];
    for (int at = 0; at < length; at += BLOCK) {
      if (exempt.get(at / BLOCK)) {
        continue;
      }
      int size = Math.min(BLOCK, length - at);
      numbers.get(at, block, 0, size);
      for (int i = 0; i < size; i++) {
        block[i] = brain ? bfloat16(block[i]) : Half.nearest(block[i]);
      }
      numbers.put(at, block, 0, size);
    }
  }

  /** The nearest bfloat16, the even one of two. */
  static float bfloat16(float number) {
    int bits = Float.floatToIntBits(number);
    int even = bits + 0x7FFF + (bits >>> 16 & 1);
    return Float.isNaN(number) ? number : Float.intBitsToFloat(even & 0xFFFF_0000);
  }

  private void int8(FloatBuffer gradient, FloatBuffer kept) {
    float[] wanted = new float[BLOCK];
    float[] rest = new float[BLOCK];
    for (int at = 0; at < length; at += BLOCK) {
      if (exempt.get(at / BLOCK)) {
        continue;
      }
      int size = Math.min(BLOCK, length - at);
      gradient.get(at, wanted, 0, size);
      kept.get(at, rest, 0, size);
      float largest = 0;
      for (int i = 0; i < size; i++) {
        wanted[i] += rest[i];
        largest = Math.max(largest, Math.abs(wanted[i]));
      }
      if (largest <= Float.MAX_VALUE) {
        float unit = unit(largest);
        for (int i = 0; i < size; i++) {
          float whole = (float) Math.rint(wanted[i] / unit) * unit;
          rest[i] = wanted[i] - whole;
          wanted[i] = whole + 0f; // no negative zeros
        }
      }
      gradient.put(at, wanted, 0, size);
      kept.put(at, rest, 0, size);
    }
  }

  /** The power of two of which numbers up to this are -127 to 127 times. */
  private static float unit(float largest) {
    float unit = Math.scalb(1f, Math.max(LEAST_EXPONENT, Math.getExponent(largest) - 6));
    return Math.rint(largest / unit) > 127 ? 2 * unit : unit;
  }

  private void topK(FloatBuffer gradient, FloatBuffer kept, double share) {
    int[] sizes = new int[length]; // bits of absolute values, in whose order they are too
    int candidates = 0;
    for (int i = 0; i < length; i++) {
      if (!exempt.get(i / BLOCK)) {
        float wanted = gradient.get(i) + kept.get(i);
        gradient.put(i, wanted);
        sizes[i] = Float.floatToRawIntBits(Math.abs(wanted));
        candidates++;
      }
    }
    int wanted = (int) Math.ceil(share * candidates);
    if (wanted == 0) {
      return;
    }
    int least = largest(sizes, wanted);
    int above = 0;
    for (int size : sizes) {
      above += size > least ? 1 : 0;
    }
    int equal = wanted - above; // the first ones of those
    for (int i = 0; i < length; i++) {
      if (exempt.get(i / BLOCK)) {
        continue;
      }
      boolean goes = sizes[i] > least || (sizes[i] == least && equal-- > 0);
      kept.put(i, goes ? 0 : gradient.get(i));
      gradient.put(i, goes ? gradient.get(i) : 0);
    }
  }

  /** The k-th largest, digit by digit from the highest. */
  private static int largest(int[] sizes, int k) {
    int found = 0;
    int left = k;
    for (int shift = Integer.SIZE - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
      int[] counts = new int[1 << DIGIT_BITS];
      for (int size : sizes) {
        boolean sameSoFar = (long) (size ^ found) >>> (shift + DIGIT_BITS) == 0;
        counts[size >>> shift & counts.length - 1] += sameSoFar ? 1 : 0;
      }
      int digit = counts.length - 1;
      while (counts[digit] < left) {
        left -= counts[digit--];
      }
      found |= digit << shift;
    }
    return found;
  }
}
