package io.sparrowml.data;

import java.io.Serializable;

/**
 * The exact medians of raw columns: the middle one of a column's numbers, or the mean of the two in
 * the middle. A missing number, which is NaN, is left out.
 *
 * <p>Four passes over the rows find the middle numbers a byte at a time, the highest first: each
 * pass counts the next byte of the numbers whose higher bytes are those found so far. Counts are
 * whole numbers, so they add up in any order.
 */
public final class Medians implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How many passes it takes: one a byte of float32. */
  public static final int PASSES = Float.BYTES;

  private static final int VALUES = 256;
  private static final int MIDDLES = 2;

  private final int columns;
  private final int[] found;
  private final long[] rank;
  private int pass;

  /**
   * Before the first pass.
   *
   * @param statistics of the same rows, for their counts
   */
  public Medians(Statistics statistics) {
    columns = statistics.columns();
    found = new int[MIDDLES * columns];
    rank = new long[MIDDLES * columns];
    for (int i = 0; i < columns; i++) {
      long count = statistics.summary(i).count();
      rank[MIDDLES * i] = (count - 1) / 2;
      rank[MIDDLES * i + 1] = count / 2;
    }
  }

  /** The counts of no rows. */
  public long[] zero() {
    return new long[MIDDLES * columns * VALUES];
  }

  /** Counts a row. */
  public void add(long[] counts, double[] row) {
    int shift = shift();
    for (int i = 0; i < columns; i++) {
      if (Double.isNaN(row[i])) {
        continue;
      }
      int key = key((float) row[i]);
      for (int m = MIDDLES * i; m < MIDDLES * (i + 1); m++) {
        if (pass == 0 || key >>> (shift + Byte.SIZE) == found[m]) {
          counts[m * VALUES + ((key >>> shift) & 0xff)]++;
        }
      }
    }
  }

  /** Ends a pass, with the counts of all rows. */
  public void narrow(long[] counts) {
    for (int m = 0; m < found.length; m++) {
      int value = 0;
      while (value < VALUES - 1 && rank[m] >= counts[m * VALUES + value]) {
        rank[m] -= counts[m * VALUES + value];
        value++;
      }
      found[m] = found[m] << Byte.SIZE | value;
    }
    pass++;
  }

  /** After the last pass: the median of a column that has a number. */
  public float of(int column) {
    double low = number(found[MIDDLES * column]);
    double high = number(found[MIDDLES * column + 1]);
    return (float) ((low + high) / 2);
  }

  private int shift() {
    return (PASSES - 1 - pass) * Byte.SIZE;
  }

  /** A whole number without sign that is ordered as float32 is. */
  private static int key(float number) {
    int bits = Float.floatToRawIntBits(number);
    return bits ^ (bits < 0 ? -1 : Integer.MIN_VALUE);
  }

  private static float number(int key) {
    return Float.intBitsToFloat(key ^ (key < 0 ? Integer.MIN_VALUE : -1));
  }
}
