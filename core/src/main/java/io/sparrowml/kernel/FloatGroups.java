package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of group normalization in single precision, on the heap.
 *
 * <p>Numbers are walked in pieces of some hundred: of the channels of several rows where a row has
 * one position, else of those of several positions of one row. What belongs to a channel or a group
 * is repeated to such a piece, so that the innermost loops are long and take number by number,
 * whatever the sizes are, and start all arrays at 0, without which they are not compiled to vector
 * instructions. Sums over many pieces are taken in single precision for some of them, and those
 * added up in double.
 */
final class FloatGroups {
  private static final int PIECE = 1024;
  private static final int PIECES_A_SUM = 16;

  private final GroupSizes sizes;
  private final Scratch scratch;
  private final Tensor input;
  private final int piece;
  private final int unit;
  private final int groups;
  private final double count;
  private float[] x = {};
  private float[] dy = {};
  private float[] scale = {};
  private float[] shift = {};
  private float[] mean = {};
  private float[] inverse = {};
  private float[] sums = {};
  private float[] others = {};
  private double[] groupSums = {};
  private double[] otherSums = {};
  private double[] channelSums = {};
  private float[] products = {};
  private int pending;
  private int unsummed;

  FloatGroups(GroupSizes sizes, Tensor input, Scratch scratch) {
    this.sizes = sizes;
    this.input = input;
    this.scratch = scratch;
    int most = sizes.positions() == 1 ? sizes.rows() : sizes.positions();
    int repeats = Math.max(1, Math.min(most, PIECE / sizes.channels()));
    this.piece = repeats * sizes.channels();
    this.unit = sizes.positions() == 1 ? piece : sizes.positions() * sizes.channels();
    this.groups = sizes.positions() == 1 ? repeats * sizes.groups() : sizes.groups();
    this.count = (double) sizes.positions() * sizes.width();
  }

  /** How many numbers have their statistics taken at a time: those of a row, or of several. */
  int unit() {
    return unit;
  }

  /** Takes working memory, and repeats what belongs to channels. */
  void begin(@Nullable Tensor scales, @Nullable Tensor shifts) {
    x = scratch.floats(0, piece);
    dy = scratch.floats(1, piece);
    scale = perChannel(2, scales, 1);
    shift = perChannel(3, shifts, 0);
    mean = scratch.floats(4, piece);
    inverse = scratch.floats(5, piece);
    sums = scratch.floats(6, piece);
    others = scratch.floats(7, piece);
    groupSums = scratch.doubles(1, groups);
    otherSums = scratch.doubles(2, groups);
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

  /**
   * Works out means, and one over the deviations, of a unit that starts at {@code from}. A unit of
   * one piece is left in {@code x}.
   */
  private void measure(int from, int length) {
    startSums();
    for (int at = 0; at < length; at += piece) {
      int part = Math.min(piece, length - at);
      input.read(from + at, x, 0, part);
      add(x, sums, part);
      endPiece(at + piece >= length, false);
    }
    repeat(groupSums, mean);
    startSums();
    for (int at = 0; at < length; at += piece) {
      int part = Math.min(piece, length - at);
      reread(from + at, part);
      addSquares(x, mean, sums, part);
      endPiece(at + piece >= length, false);
    }
    for (int group = 0; group < groups; group++) {
      groupSums[group] = count / Math.sqrt(groupSums[group] / count + sizes.epsilon());
    }
    repeat(groupSums, inverse);
  }

  /** Reads a piece of the input, unless it is the only one of its unit and there already. */
  private void reread(int from, int length) {
    if (unit > piece) {
      input.read(from, x, 0, length);
    }
  }

  private void startSums() {
    Arrays.fill(sums, 0, piece, 0);
    Arrays.fill(others, 0, piece, 0);
    Arrays.fill(groupSums, 0, groups, 0);
    Arrays.fill(otherSums, 0, groups, 0);
    pending = 0;
  }

  /** Adds the sums, or both sums, up by groups now and then. */
  private void endPiece(boolean last, boolean both) {
    pending++;
    if (last || pending == PIECES_A_SUM) {
      addToGroups(sums, groupSums);
      Arrays.fill(sums, 0, piece, 0);
      pending = 0;
      if (both) {
        addToGroups(others, otherSums);
        Arrays.fill(others, 0, piece, 0);
      }
    }
  }

  private static void add(float[] from, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] += from[i];
    }
  }

  private static void addSquares(float[] x, float[] mean, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      float distance = x[i] - mean[i];
      to[i] += distance * distance;
    }
  }

  private void addToGroups(float[] from, double[] to) {
    int width = sizes.width();
    int group = 0;
    for (int at = 0; at < piece; at += width) {
      to[group] += sum(from, at, at + width);
      group = group + 1 == groups ? 0 : group + 1;
    }
  }

  /** Eight sums at a time, as one addition need not wait for another then. */
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
  private void repeat(double[] from, float[] to) {
    int width = sizes.width();
    int group = 0;
    for (int at = 0; at < piece; at += width) {
      Arrays.fill(to, at, at + width, (float) (from[group] / count));
      group = group + 1 == groups ? 0 : group + 1;
    }
  }

  /** Normalizes a unit. */
  void normalize(int from, int length, Tensor out) {
    measure(from, length);
    for (int at = 0; at < length; at += piece) {
      int part = Math.min(piece, length - at);
      reread(from + at, part);
      normalize(x, mean, inverse, scale, shift, part);
      out.write(from + at, x, 0, part);
    }
  }

  private static void normalize(
      float[] x, float[] mean, float[] inverse, float[] scale, float[] shift, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = (x[i] - mean[i]) * inverse[i] * scale[i] + shift[i];
    }
  }

  /** Turns the gradients of a unit into those of its input. */
  void propagate(int from, int length, Tensor gradients, Tensor out) {
    measure(from, length);
    startSums();
    for (int at = 0; at < length; at += piece) {
      int part = Math.min(piece, length - at);
      reread(from + at, part);
      gradients.read(from + at, dy, 0, part);
      addScaled(dy, scale, sums, part);
      addProducts(x, mean, inverse, dy, others, part);
      endPiece(at + piece >= length, true);
    }
    repeat(groupSums, sums);
    repeat(otherSums, others);
    for (int at = 0; at < length; at += piece) {
      int part = Math.min(piece, length - at);
      reread(from + at, part);
      if (unit > piece) {
        gradients.read(from + at, dy, 0, part);
        scale(dy, scale, part);
      }
      combine(part);
      out.write(from + at, dy, 0, part);
    }
  }

  private static void addScaled(float[] dy, float[] scale, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      float scaled = dy[i] * scale[i];
      dy[i] = scaled;
      to[i] += scaled;
    }
  }

  private static void scale(float[] dy, float[] scale, int length) {
    for (int i = 0; i < length; i++) {
      dy[i] *= scale[i];
    }
  }

  private static void addProducts(
      float[] x, float[] mean, float[] inverse, float[] dy, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] += (x[i] - mean[i]) * inverse[i] * dy[i];
    }
  }

  private void combine(int length) {
    float[] numbers = x;
    float[] g = dy;
    float[] means = mean;
    float[] inverses = inverse;
    float[] ofG = sums;
    float[] ofProducts = others;
    for (int i = 0; i < length; i++) {
      float z = (numbers[i] - means[i]) * inverses[i];
      g[i] = (g[i] - ofG[i] - z * ofProducts[i]) * inverses[i];
    }
  }

  /** Starts sums by channels. */
  void beginChannelSums() {
    channelSums = scratch.zeros(0, sizes.channels());
    products = scratch.floats(8, piece);
    Arrays.fill(products, 0, piece, 0);
    unsummed = 0;
  }

  /** Adds {@code dy z} of a unit up by channels. */
  void addToChannels(int from, int length, Tensor gradients) {
    measure(from, length);
    for (int at = 0; at < length; at += piece) {
      int part = Math.min(piece, length - at);
      reread(from + at, part);
      gradients.read(from + at, dy, 0, part);
      addProducts(x, mean, inverse, dy, products, part);
      unsummed++;
      if (unsummed == PIECES_A_SUM) {
        addProductsToChannels();
      }
    }
  }

  private void addProductsToChannels() {
    for (int at = 0; at < piece; at += sizes.channels()) {
      for (int c = 0; c < sizes.channels(); c++) {
        channelSums[c] += products[at + c];
      }
    }
    Arrays.fill(products, 0, piece, 0);
    unsummed = 0;
  }

  /** Gives the sums by channels. */
  void writeChannelSums(Tensor out) {
    addProductsToChannels();
    out.write(0, channelSums, sizes.channels());
  }
}
