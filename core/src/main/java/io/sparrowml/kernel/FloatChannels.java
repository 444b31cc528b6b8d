package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Channels of batch normalization in single precision, on the heap.
 *
 * <p>Numbers are walked in pieces of some hundred, the channels of one position or of several. What
 * belongs to a channel is repeated to such a piece, so that the innermost loops are long and take
 * number by number, however few the channels are, and start all arrays at 0, without which they are
 * not compiled to vector instructions. Sums over some pieces are taken in single precision, those
 * over many in double.
 */
final class FloatChannels {
  private static final int PIECE = 256;
  private static final int PIECES_A_SUM = 64;

  private final Scratch scratch;
  private final Tensor input;
  private final int channels;
  private final int piece;
  private float[] x = {};
  private float[] dy = {};
  private float[] means = {};
  private float[] first = {};
  private float[] second = {};
  private double[] moments = {};
  private double[] sums = {};
  private int seen;
  private int added;

  FloatChannels(Tensor input, Scratch scratch) {
    this.scratch = scratch;
    this.input = input;
    this.channels = input.shape().dim(-1);
    int positions = input.size() / channels;
    this.piece = channels * Math.max(1, Math.min(positions, PIECE / channels));
  }

  /** How many numbers to work on at a time. */
  int piece() {
    return piece;
  }

  private void begin() {
    x = scratch.floats(0, piece);
    dy = scratch.floats(1, piece);
    means = scratch.floats(2, piece);
    first = scratch.floats(3, piece);
    second = scratch.floats(4, piece);
    sums = scratch.zeros(0, 2 * channels);
    seen = 0;
    added = 0;
  }

  private void startSums() {
    Arrays.fill(first, 0, piece, 0);
    Arrays.fill(second, 0, piece, 0);
    added = seen;
  }

  /** Starts with no numbers seen; distances are first taken from the means of the first piece. */
  void beginMoments() {
    begin();
    moments = scratch.zeros(1, 3 * channels);
    input.read(0, x, 0, piece);
    for (int at = 0; at < piece; at += channels) {
      for (int c = 0; c < channels; c++) {
        sums[c] += x[at + c];
      }
    }
    for (int c = 0; c < channels; c++) {
      means[c] = (float) (sums[c] * channels / piece);
    }
    repeat(means);
    startSums();
  }

  /** Adds a piece. */
  void addMoments(int from, int length) {
    input.read(from, x, 0, length);
    addDistances(x, means, first, second, length);
    seen += length;
    if (seen - added >= PIECES_A_SUM * piece || seen == input.size()) {
      merge();
    }
  }

  private static void addDistances(
      float[] x, float[] means, float[] sum, float[] squares, int length) {
    for (int i = 0; i < length; i++) {
      float distance = x[i] - means[i];
      sum[i] += distance;
      squares[i] += distance * distance;
    }
  }

  /**
   * Merges the moments of the last pieces into those of all before (Chan, Golub and LeVeque, 1979).
   * The next distances are taken from the mean of all so far: what that loses in the variance of
   * some pieces is small beside what their distance from the mean adds to the whole.
   */
  private void merge() {
    Arrays.fill(sums, 0, 2 * channels, 0);
    addByChannel();
    double before = (double) added / channels;
    double count = (double) (seen - added) / channels;
    for (int c = 0; c < channels; c++) {
      double rest = sums[c] / count;
      double squares = sums[channels + c] - rest * sums[c];
      merge(moments, channels, c, before, count, means[c] + rest, squares);
      means[c] = (float) moments[channels + c];
    }
    repeat(means);
    startSums();
  }

  /**
   * Merges the moments of some numbers of a channel into those of the numbers before.
   *
   * @param moments {@code [3, channels]}, whose counts are left alone
   * @param before how many numbers they are of
   * @param count how many numbers are merged into them
   * @param mean of these
   * @param squares the sum of their squared distances from their mean
   */
  static void merge(
      double[] moments,
      int channels,
      int channel,
      double before,
      double count,
      double mean,
      double squares) {
    double all = before + count;
    double distance = mean - moments[channels + channel];
    moments[channels + channel] += distance * count / all;
    moments[2 * channels + channel] += squares + distance * distance * before * count / all;
  }

  /** Adds what a piece holds up by channels. */
  private void addByChannel() {
    for (int at = 0; at < piece; at += channels) {
      for (int c = 0; c < channels; c++) {
        sums[c] += first[at + c];
        sums[channels + c] += second[at + c];
      }
    }
  }

  /** Gives the moments. */
  void writeMoments(Tensor out) {
    Arrays.fill(moments, 0, channels, (double) input.size() / channels);
    for (int c = 0; c < channels; c++) {
      // Rounding may leave less than nothing; NaN stays.
      moments[2 * channels + c] = Math.max(0, moments[2 * channels + c]);
    }
    out.write(0, moments, 3 * channels);
  }

  /** Repeats the first position of a piece. */
  private void repeat(float[] perChannel) {
    for (int at = channels; at < piece; at += channels) {
      System.arraycopy(perChannel, 0, perChannel, at, channels);
    }
  }

  private void readMoments(Tensor given) {
    moments = scratch.doubles(1, given);
    for (int c = 0; c < channels; c++) {
      means[c] = (float) moments[channels + c];
    }
    repeat(means);
  }

  /**
   * One over a channel's standard deviation.
   *
   * @param moments counts, means and M2 of so many channels
   */
  static double inverse(double[] moments, int channel, int channels, double epsilon) {
    return 1 / Math.sqrt(moments[2 * channels + channel] / moments[channel] + epsilon);
  }

  /** Prepares factors and terms. */
  void beginNormalize(
      double epsilon, Tensor given, @Nullable Tensor scale, @Nullable Tensor shift) {
    begin();
    readMoments(given);
    readScale(scale);
    Arrays.fill(second, 0, channels, 0);
    if (shift != null) {
      shift.read(0, second, 0, channels);
    }
    for (int c = 0; c < channels; c++) {
      first[c] = (float) (first[c] * inverse(moments, c, channels, epsilon));
    }
    repeat(first);
    repeat(second);
  }

  private void readScale(@Nullable Tensor scale) {
    if (scale == null) {
      Arrays.fill(first, 0, channels, 1);
    } else {
      scale.read(0, first, 0, channels);
    }
  }

  /** Normalizes a piece. */
  void normalize(int from, int length, Tensor out) {
    input.read(from, x, 0, length);
    normalize(x, means, first, second, length);
    out.write(from, x, 0, length);
  }

  private static void normalize(
      float[] x, float[] means, float[] factors, float[] terms, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = (x[i] - means[i]) * factors[i] + terms[i];
    }
  }

  /** Starts with sums of zero. */
  void beginSums(Tensor given) {
    begin();
    readMoments(given);
    startSums();
  }

  /** Adds up a piece. */
  void addSums(int from, int length, Tensor gradients) {
    input.read(from, x, 0, length);
    gradients.read(from, dy, 0, length);
    addProducts(x, means, dy, first, second, length);
    seen += length;
    if (seen - added >= PIECES_A_SUM * piece || seen == input.size()) {
      addByChannel();
      startSums();
    }
  }

  private static void addProducts(
      float[] x, float[] means, float[] dy, float[] sum, float[] products, int length) {
    for (int i = 0; i < length; i++) {
      float gradient = dy[i];
      sum[i] += gradient;
      products[i] += gradient * (x[i] - means[i]);
    }
  }

  /** Gives the sums. */
  void writeSums(double epsilon, Tensor out) {
    for (int c = 0; c < channels; c++) {
      sums[channels + c] *= inverse(moments, c, channels, epsilon);
    }
    out.write(0, sums, 2 * channels);
  }

  /** Prepares factors, and the means of {@code dy} and {@code dy z}. */
  void beginGradient(double epsilon, Tensor given, Tensor totals, @Nullable Tensor scale) {
    begin();
    readMoments(given);
    readScale(scale);
    totals.read(0, sums, 2 * channels);
    float[] offsets = scratch.floats(5, piece);
    for (int c = 0; c < channels; c++) {
      double inverse = inverse(moments, c, channels, epsilon);
      first[c] = (float) (first[c] * inverse);
      second[c] = (float) (sums[channels + c] / moments[c] * inverse);
      offsets[c] = (float) (sums[c] / moments[c]);
    }
    repeat(first);
    repeat(second);
    repeat(offsets);
  }

  /** Turns the gradients of a piece into those of its input. */
  void propagate(int from, int length, Tensor gradients, Tensor out) {
    input.read(from, x, 0, length);
    gradients.read(from, dy, 0, length);
    combine(scratch.floats(5, piece), length);
    out.write(from, dy, 0, length);
  }

  private void combine(float[] offsets, int length) {
    float[] numbers = x;
    float[] g = dy;
    float[] centers = means;
    float[] factors = first;
    float[] slopes = second;
    for (int i = 0; i < length; i++) {
      g[i] = factors[i] * (g[i] - offsets[i] - (numbers[i] - centers[i]) * slopes[i]);
    }
  }
}
