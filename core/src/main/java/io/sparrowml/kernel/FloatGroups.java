package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of group normalization in single precision, on the heap.
 *
 * <p>Rows are walked in pieces of some hundred numbers, the channels of one position or of several.
 * What belongs to a channel or a group is repeated to such a piece, so that the innermost loops are
 * long and take number by number whatever the sizes are. Sums over many pieces are taken in single
 * precision for some pieces and added up in double.
 */
final class FloatGroups {
  private static final int PIECE = 512;
  private static final int BLOCK = 8192;
  private static final int PIECES_A_SUM = 64;

  private final GroupSizes sizes;
  private final Scratch scratch;
  private final int piece;
  private final int rowsAtOnce;
  private float[] numbers = {};
  private float[] gradients = {};
  private float[] scale = {};
  private float[] shift = {};
  private float[] mean = {};
  private float[] inverse = {};
  private float[] sums = {};
  private float[] others = {};
  private double[] groupSums = {};
  private double[] otherSums = {};

  FloatGroups(GroupSizes sizes, Scratch scratch) {
    this.sizes = sizes;
    this.scratch = scratch;
    int repeats = Math.max(1, Math.min(sizes.positions(), PIECE / sizes.channels()));
    this.piece = repeats * sizes.channels();
    this.rowsAtOnce = Math.max(1, Math.min(sizes.rows(), BLOCK / sizes.rowLength()));
  }

  /** How many rows to work on at a time. */
  int rowsAtOnce() {
    return rowsAtOnce;
  }

  /** Takes working memory, and repeats what belongs to channels. */
  void begin(@Nullable Tensor scales, @Nullable Tensor shifts) {
    int length = rowsAtOnce * sizes.rowLength();
    numbers = scratch.floats(0, length);
    gradients = scratch.floats(1, length);
    scale = perChannel(2, scales, 1);
    shift = perChannel(3, shifts, 0);
    mean = scratch.floats(4, piece);
    inverse = scratch.floats(5, piece);
    sums = scratch.floats(6, piece);
    others = scratch.floats(7, piece);
    groupSums = scratch.doubles(1, sizes.groups());
    otherSums = scratch.doubles(2, sizes.groups());
  }

  private float[] perChannel(int place, @Nullable Tensor given, float otherwise) {
    float[] repeated = scratch.floats(place, piece);
    if (given == null) {
      Arrays.fill(repeated, 0, piece, otherwise);
      return repeated;
    }
    for (int at = 0; at < piece; at += sizes.channels()) {
      given.read(0, repeated, at, sizes.channels());
    }
    return repeated;
  }

  /** The rows' inputs, and what becomes of them. */
  float[] numbers() {
    return numbers;
  }

  /** The gradients with respect to the rows' outputs, and what becomes of them. */
  float[] gradients() {
    return gradients;
  }

  /** Takes the means off a row's numbers, and leaves one over the deviations for what follows. */
  void center(int row) {
    int end = row + sizes.rowLength();
    Arrays.fill(groupSums, 0, sizes.groups(), 0);
    for (int from = row; from < end; from += PIECES_A_SUM * piece) {
      Arrays.fill(sums, 0, piece, 0);
      for (int at = from; at < Math.min(end, from + PIECES_A_SUM * piece); at += piece) {
        add(numbers, at, sums, Math.min(piece, end - at));
      }
      addToGroups(sums, groupSums);
    }
    repeat(groupSums, mean);
    Arrays.fill(groupSums, 0, sizes.groups(), 0);
    for (int from = row; from < end; from += PIECES_A_SUM * piece) {
      Arrays.fill(sums, 0, piece, 0);
      for (int at = from; at < Math.min(end, from + PIECES_A_SUM * piece); at += piece) {
        center(numbers, at, mean, sums, Math.min(piece, end - at));
      }
      addToGroups(sums, groupSums);
    }
    double count = (double) sizes.positions() * sizes.width();
    for (int group = 0; group < sizes.groups(); group++) {
      double variance = groupSums[group] / count;
      groupSums[group] = count / Math.sqrt(variance + sizes.epsilon());
    }
    repeat(groupSums, inverse);
  }

  private static void add(float[] from, int at, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] += from[at + i];
    }
  }

  private static void center(float[] x, int at, float[] mean, float[] squares, int length) {
    for (int i = 0; i < length; i++) {
      float centered = x[at + i] - mean[i];
      x[at + i] = centered;
      squares[i] += centered * centered;
    }
  }

  /** Adds up a piece by groups. */
  private void addToGroups(float[] from, double[] to) {
    int width = sizes.width();
    int group = 0;
    for (int at = 0; at < piece; at += width) {
      to[group] += sum(from, at, at + width);
      group = group + 1 == sizes.groups() ? 0 : group + 1;
    }
  }

  /** Eight sums at a time, as the next addition need not wait for the last. */
  private static double sum(float[] numbers, int from, int to) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = from;
    for (; i <= to - 8; i += 8) {
      a += numbers[i];
      b += numbers[i + 1];
      c += numbers[i + 2];
      d += numbers[i + 3];
      e += numbers[i + 4];
      f += numbers[i + 5];
      g += numbers[i + 6];
      h += numbers[i + 7];
    }
    double rest = 0;
    for (; i < to; i++) {
      rest += numbers[i];
    }
    return ((double) a + b) + ((double) c + d) + ((double) e + f) + ((double) g + h) + rest;
  }

  /** The groups' sums over their counts, repeated to a piece. */
  private void repeat(double[] sums, float[] to) {
    double count = (double) sizes.positions() * sizes.width();
    int width = sizes.width();
    int group = 0;
    for (int at = 0; at < piece; at += width) {
      Arrays.fill(to, at, at + width, (float) (sums[group] / count));
      group = group + 1 == sizes.groups() ? 0 : group + 1;
    }
  }

  /** Turns centered numbers of a row into the output. */
  void stretch(int row) {
    int end = row + sizes.rowLength();
    for (int at = row; at < end; at += piece) {
      stretch(numbers, at, inverse, scale, shift, Math.min(piece, end - at));
    }
  }

  private static void stretch(
      float[] x, int at, float[] inverse, float[] scale, float[] shift, int length) {
    for (int i = 0; i < length; i++) {
      x[at + i] = scale[i] * (x[at + i] * inverse[i]) + shift[i];
    }
  }

  /** Turns the gradients of a row, whose numbers are centered, into those of its input. */
  void propagate(int row) {
    int end = row + sizes.rowLength();
    Arrays.fill(groupSums, 0, sizes.groups(), 0);
    Arrays.fill(otherSums, 0, sizes.groups(), 0);
    for (int from = row; from < end; from += PIECES_A_SUM * piece) {
      Arrays.fill(sums, 0, piece, 0);
      Arrays.fill(others, 0, piece, 0);
      for (int at = from; at < Math.min(end, from + PIECES_A_SUM * piece); at += piece) {
        int length = Math.min(piece, end - at);
        scale(numbers, gradients, at, inverse, scale, length);
        add(gradients, at, sums, length);
        addProducts(numbers, gradients, at, others, length);
      }
      addToGroups(sums, groupSums);
      addToGroups(others, otherSums);
    }
    repeat(groupSums, sums);
    repeat(otherSums, others);
    for (int at = row; at < end; at += piece) {
      combine(at, Math.min(piece, end - at));
    }
  }

  private static void scale(
      float[] x, float[] dy, int at, float[] inverse, float[] scale, int length) {
    for (int i = 0; i < length; i++) {
      x[at + i] *= inverse[i];
      dy[at + i] *= scale[i];
    }
  }

  private static void addProducts(float[] x, float[] dy, int at, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] += x[at + i] * dy[at + i];
    }
  }

  private void combine(int at, int length) {
    float[] z = numbers;
    float[] g = gradients;
    float[] means = sums;
    float[] weighted = others;
    float[] factors = inverse;
    for (int i = 0; i < length; i++) {
      g[at + i] = (g[at + i] - means[i] - z[at + i] * weighted[i]) * factors[i];
    }
  }

  /** Turns the gradients of a row, whose numbers are centered, into {@code dy z}. */
  void weigh(int row) {
    int end = row + sizes.rowLength();
    for (int at = row; at < end; at += piece) {
      weigh(numbers, gradients, at, inverse, Math.min(piece, end - at));
    }
  }

  private static void weigh(float[] x, float[] dy, int at, float[] inverse, int length) {
    for (int i = 0; i < length; i++) {
      dy[at + i] *= x[at + i] * inverse[i];
    }
  }

  /** Adds {@code dy z} of the rows up by channels. */
  void addWeighed(int length, double[] to) {
    int channels = sizes.channels();
    for (int from = 0; from < length; from += PIECES_A_SUM * piece) {
      Arrays.fill(sums, 0, piece, 0);
      int end = Math.min(length, from + PIECES_A_SUM * piece);
      for (int at = from; at < end; at += piece) {
        add(gradients, at, sums, Math.min(piece, end - at));
      }
      for (int at = 0; at < piece; at += channels) {
        for (int i = 0; i < channels; i++) {
          to[i] += sums[at + i];
        }
      }
    }
  }
}
