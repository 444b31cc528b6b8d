package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A block of positions of batch normalization in single precision, on the heap.
 *
 * <p>A block is walked in pieces of some hundred numbers, the channels of one position or of
 * several. What belongs to a channel is repeated to such a piece, so that the innermost loops are
 * long and take number by number however few the channels are. Sums over the pieces of a block are
 * taken in single precision, those over blocks in double.
 */
final class FloatChannels {
  private static final int PIECE = 512;
  private static final int PIECES_A_BLOCK = 16;

  private final Scratch scratch;
  private final int channels;
  private final int positions;
  private final int piece;
  private final int block;
  private float[] numbers = {};
  private float[] gradients = {};
  private float[] means = {};
  private float[] first = {};
  private float[] second = {};
  private double[] moments = {};
  private double[] sums = {};

  FloatChannels(Tensor x, Scratch scratch) {
    this.scratch = scratch;
    this.channels = x.shape().dim(-1);
    this.positions = x.size() / channels;
    int repeats = Math.max(1, Math.min(positions, PIECE / channels));
    this.piece = repeats * channels;
    this.block = piece * Math.min(PIECES_A_BLOCK, (positions + repeats - 1) / repeats);
  }

  /** How many numbers to work on at a time. */
  int block() {
    return block;
  }

  /** The block's inputs, and what becomes of them. */
  float[] numbers() {
    return numbers;
  }

  /** The gradients with respect to the block's outputs, and what becomes of them. */
  float[] gradients() {
    return gradients;
  }

  private void begin() {
    numbers = scratch.floats(0, block);
    gradients = scratch.floats(1, block);
    means = scratch.floats(2, piece);
    first = scratch.floats(3, piece);
    second = scratch.floats(4, piece);
    sums = scratch.doubles(0, 2 * channels);
  }

  /** Starts with no numbers seen. */
  void beginMoments() {
    begin();
    moments = scratch.zeros(1, 3 * channels);
  }

  /**
   * Merges the moments of a block into those of the blocks before (Chan, Golub and LeVeque, 1979):
   * its mean first, then the distances from that.
   */
  void addMoments(int before, int length) {
    double count = (double) length / channels;
    Arrays.fill(first, 0, piece, 0);
    for (int at = 0; at < length; at += piece) {
      add(numbers, at, first, Math.min(piece, length - at));
    }
    Arrays.fill(sums, 0, 2 * channels, 0);
    addByChannel(first, 0);
    for (int c = 0; c < channels; c++) {
      means[c] = (float) (sums[c] / count);
    }
    repeat(means);
    Arrays.fill(first, 0, piece, 0);
    Arrays.fill(second, 0, piece, 0);
    for (int at = 0; at < length; at += piece) {
      addDistances(numbers, at, means, first, second, Math.min(piece, length - at));
    }
    Arrays.fill(sums, 0, 2 * channels, 0);
    addByChannel(first, 0);
    addByChannel(second, channels);
    merge((double) before / channels, count);
  }

  private static void add(float[] x, int at, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] += x[at + i];
    }
  }

  private static void addDistances(
      float[] x, int at, float[] means, float[] sum, float[] squares, int length) {
    for (int i = 0; i < length; i++) {
      float distance = x[at + i] - means[i];
      sum[i] += distance;
      squares[i] += distance * distance;
    }
  }

  /** Adds up a piece by channels. */
  private void addByChannel(float[] from, int at) {
    for (int start = 0; start < piece; start += channels) {
      for (int c = 0; c < channels; c++) {
        sums[at + c] += from[start + c];
      }
    }
  }

  /** What is left of the sum of distances corrects the mean, which was rounded. */
  private void merge(double before, double count) {
    double all = before + count;
    for (int c = 0; c < channels; c++) {
      double rest = sums[c] / count;
      double distance = means[c] + rest - moments[channels + c];
      moments[channels + c] += distance * count / all;
      moments[2 * channels + c] +=
          sums[channels + c] - rest * sums[c] + distance * distance * before * count / all;
    }
  }

  /** Gives the moments of all blocks. */
  void writeMoments(Tensor out) {
    Arrays.fill(moments, 0, channels, positions);
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

  private double inverse(int channel, double epsilon) {
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
      first[c] = (float) (first[c] * inverse(c, epsilon));
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

  /** Turns a block into its output. */
  void normalize(int length) {
    for (int at = 0; at < length; at += piece) {
      normalize(numbers, at, means, first, second, Math.min(piece, length - at));
    }
  }

  private static void normalize(
      float[] x, int at, float[] means, float[] factors, float[] terms, int length) {
    for (int i = 0; i < length; i++) {
      x[at + i] = (x[at + i] - means[i]) * factors[i] + terms[i];
    }
  }

  /** Starts with sums of zero. */
  void beginSums(Tensor given) {
    begin();
    readMoments(given);
    Arrays.fill(sums, 0, 2 * channels, 0);
  }

  /** Adds up a block. */
  void addSums(int length) {
    Arrays.fill(first, 0, piece, 0);
    Arrays.fill(second, 0, piece, 0);
    for (int at = 0; at < length; at += piece) {
      addProducts(numbers, gradients, at, means, first, second, Math.min(piece, length - at));
    }
    addByChannel(first, 0);
    addByChannel(second, channels);
  }

  private static void addProducts(
      float[] x, float[] dy, int at, float[] means, float[] sum, float[] products, int length) {
    for (int i = 0; i < length; i++) {
      float gradient = dy[at + i];
      sum[i] += gradient;
      products[i] += gradient * (x[at + i] - means[i]);
    }
  }

  /** Gives the sums of all blocks. */
  void writeSums(double epsilon, Tensor out) {
    for (int c = 0; c < channels; c++) {
      sums[channels + c] *= inverse(c, epsilon);
    }
    out.write(0, sums, 2 * channels);
  }

  /** Prepares factors and means; {@link #sums} become the means of {@code dy} and {@code dy z}. */
  void beginGradient(double epsilon, Tensor given, Tensor totals, @Nullable Tensor scale) {
    begin();
    readMoments(given);
    readScale(scale);
    totals.read(0, sums, 2 * channels);
    float[] offsets = scratch.floats(5, piece);
    for (int c = 0; c < channels; c++) {
      double inverse = inverse(c, epsilon);
      first[c] = (float) (first[c] * inverse);
      second[c] = (float) (sums[channels + c] / moments[c] * inverse);
      offsets[c] = (float) (sums[c] / moments[c]);
    }
    repeat(first);
    repeat(second);
    repeat(offsets);
  }

  /** Turns the gradients of a block into those of its input. */
  void propagate(int length) {
    float[] offsets = scratch.floats(5, piece);
    for (int at = 0; at < length; at += piece) {
      propagate(at, offsets, Math.min(piece, length - at));
    }
  }

  private void propagate(int at, float[] offsets, int length) {
    float[] x = numbers;
    float[] dy = gradients;
    float[] centers = means;
    float[] factors = first;
    float[] slopes = second;
    for (int i = 0; i < length; i++) {
      dy[at + i] =
          factors[i] * (dy[at + i] - offsets[i] - (x[at + i] - centers[i]) * slopes[i]);
    }
  }
}
