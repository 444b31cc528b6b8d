package io.sparrowml.kernel;

import io.sparrowml.kernel.NormalizationRecipe.Part;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalization of FLOAT32 by oneDNN, where it has vector code: channels by the sixteen.
 *
 * <p>Moments and sums are taken of blocks of rows that fit into the cache, and added up in double
 * precision; blocks follow from the shape alone. oneDNN writes results beside them that nobody
 * needs; for a block these never leave the cache. What is worked out number by number is left to
 * {@link AffineNormalization} where it can be. oneDNN's own gradient of the input takes no sums.
 */
final class OneDnnBatchNormalization implements BatchNormalization, AutoCloseable {
  private static final int BLOCK = 1 << 15; // numbers
  private static final int LANES = 16;
  private static final int OPERANDS = 6; // a channel's, of any of the parts

  private final BatchNormalization otherwise;
  private final Kernels kernels;
  private final Primitives.Binder primitives;
  private final Scratch scratch;
  private final FloatPointer room = new FloatPointer(BLOCK + 2 * LANES);
  private final Map<Integer, FloatPointer> perChannel = new HashMap<>();
  private final @Nullable AffineNormalization affine;

  /**
   * Batch normalization.
   *
   * @param otherwise for other kinds of numbers, and other numbers of channels
   * @param kernels that do the steps behind
   */
  OneDnnBatchNormalization(
      BatchNormalization otherwise,
      Kernels kernels,
      Primitives.Binder primitives,
      Primitives.Fuser fuser,
      Scratch scratch) {
    this.otherwise = otherwise;
    this.kernels = kernels;
    this.affine =
        AffineNormalization.isFast()
            ? new AffineNormalization(kernels, primitives, fuser, scratch, this::operands)
            : null;
    this.primitives = primitives;
    this.scratch = scratch;
  }

  private static boolean isNative(Tensor x) {
    int channels = x.shape().dim(-1);
    return x.dtype() == DType.FLOAT32 && x.size() > 0 && channels % LANES == 0 && channels <= BLOCK;
  }

  /** What the kernels of so many channels hand to oneDNN, one run after the other. */
  private FloatPointer operands(int channels) {
    return perChannel.computeIfAbsent(channels, c -> new FloatPointer((long) OPERANDS * c));
  }

  /**
   * Where results lie that nobody needs. Where vectors are aligned oneDNN writes around the cache,
   * and in half lines of it several times as slowly; here they are not.
   */
  private long unused() {
    long line = (long) LANES * Float.BYTES;
    return (room.address() + line - 1) / line * line + Float.BYTES;
  }

  /** Where one operand of so many channels lies. */
  static long address(FloatPointer operands, int index, int channels) {
    return operands.address() + (long) Float.BYTES * index * channels;
  }

  /** Where a row lies. */
  static long row(Tensor x, int row, int channels) {
    return x.address() + (long) Float.BYTES * row * channels;
  }

  /** Kernels of blocks of rows. */
  @FunctionalInterface
  interface OfBlock {
    Kernel of(int from, int rows);
  }

  /** The kernels of all blocks that {@code x [..., channels]} falls into. */
  static Kernel[] blocks(Tensor x, OfBlock block) {
    int channels = x.shape().dim(-1);
    int rows = x.size() / channels;
    int most = BLOCK / channels;
    Kernel[] blocks = new Kernel[(rows + most - 1) / most];
    Arrays.setAll(blocks, i -> block.of(i * most, Math.min(most, rows - i * most)));
    return blocks;
  }

  @Override
  public Kernel moments(Tensor x, Tensor out) {
    if (!isNative(x)) {
      return otherwise.moments(x, out);
    }
    int channels = x.shape().dim(-1);
    int rows = x.size() / channels;
    int most = BLOCK / channels;
    FloatPointer operands = operands(channels);
    Kernel[] blocks =
        blocks(
            x,
            (from, count) ->
                primitives.bound(
                    new NormalizationRecipe(Part.MOMENTS, count, channels, 0),
                    row(x, from, channels),
                    address(operands, 0, channels),
                    address(operands, 1, channels),
                    unused()));
    return () -> {
      double[] moments = scratch.zeros(0, 3 * channels);
      float[] ofBlock = scratch.floats(0, 2 * channels);
      for (int i = 0; i < blocks.length; i++) {
        blocks[i].run();
        operands.get(ofBlock, 0, 2 * channels);
        int before = i * most;
        int count = Math.min(most, rows - before);
        for (int c = 0; c < channels; c++) {
          double squares = (double) ofBlock[channels + c] * count;
          FloatChannels.merge(moments, channels, c, before, count, ofBlock[c], squares);
        }
      }
      Arrays.fill(moments, 0, channels, rows);
      out.write(0, moments, 3 * channels);
    };
  }

  /** Means and variances of moments, then scale and shift. */
  private float[] numbers(
      Tensor moments, @Nullable Tensor scale, @Nullable Tensor shift, int channels) {
    float[] operands = scratch.floats(0, OPERANDS * channels);
    double[] given = scratch.doubles(0, moments);
    for (int c = 0; c < channels; c++) {
      operands[c] = (float) given[channels + c];
      operands[channels + c] = (float) (given[2 * channels + c] / given[c]);
    }
    Arrays.fill(operands, 2 * channels, 3 * channels, 1);
    Arrays.fill(operands, 3 * channels, 4 * channels, 0);
    if (scale != null) {
      scale.read(0, operands, 2 * channels, channels);
    }
    if (shift != null) {
      shift.read(0, operands, 3 * channels, channels);
    }
    return operands;
  }

  @Override
  public Kernel normalize(
      double epsilon,
      Tensor x,
      Tensor moments,
      @Nullable Tensor scale,
      @Nullable Tensor shift,
      Tensor out,
      List<Step> then) {
    if (!isNative(x)) {
      return otherwise.normalize(epsilon, x, moments, scale, shift, out, then);
    }
    Kernel exact = kernels.then(centered(epsilon, x, moments, scale, shift, out), out, then);
    return affine == null
        ? exact
        : affine.normalize(epsilon, x, moments, scale, shift, out, then, exact);
  }

  /** By oneDNN's own primitive, which subtracts the mean first. */
  private Kernel centered(
      double epsilon,
      Tensor x,
      Tensor moments,
      @Nullable Tensor scale,
      @Nullable Tensor shift,
      Tensor out) {
    int channels = x.shape().dim(-1);
    FloatPointer operands = operands(channels);
    int rows = x.size() / channels;
    Kernel whole =
        primitives.bound(
            new NormalizationRecipe(Part.NORMALIZE, rows, channels, (float) epsilon),
            x.address(),
            address(operands, 0, channels),
            address(operands, 1, channels),
            address(operands, 2, channels),
            address(operands, 3, channels),
            out.address());
    return () -> {
      operands.put(numbers(moments, scale, shift, channels), 0, 4 * channels);
      whole.run();
    };
  }

  @Override
  public Kernel sums(double epsilon, Tensor x, Tensor moments, Tensor dy, Tensor out) {
    if (!isNative(x)) {
      return otherwise.sums(epsilon, x, moments, dy, out);
    }
    Kernel exact = centeredSums(epsilon, x, moments, dy, out);
    return affine == null ? exact : affine.sums(epsilon, x, moments, dy, out, exact);
  }

  private Kernel centeredSums(double epsilon, Tensor x, Tensor moments, Tensor dy, Tensor out) {
    int channels = x.shape().dim(-1);
    FloatPointer operands = operands(channels);
    Kernel[] blocks =
        blocks(
            x,
            (from, count) ->
                primitives.bound(
                    new NormalizationRecipe(Part.SUMS, count, channels, (float) epsilon),
                    row(x, from, channels),
                    address(operands, 0, channels),
                    address(operands, 1, channels),
                    address(operands, 2, channels),
                    row(dy, from, channels),
                    unused(),
                    address(operands, 4, channels),
                    address(operands, 5, channels)));
    return () -> {
      float[] numbers = numbers(moments, null, null, channels);
      operands.put(numbers, 0, 4 * channels);
      double[] sums = scratch.zeros(0, 2 * channels);
      for (Kernel block : blocks) {
        block.run();
        operands.get(numbers, 0, OPERANDS * channels);
        for (int c = 0; c < channels; c++) {
          sums[c] += numbers[5 * channels + c];
          sums[channels + c] += numbers[4 * channels + c];
        }
      }
      out.write(0, sums, 2 * channels);
    };
  }

  @Override
  public Kernel inputGradient(
      double epsilon,
      Tensor x,
      Tensor moments,
      Tensor dy,
      Tensor sums,
      @Nullable Tensor scale,
      Tensor out) {
    Kernel exact = otherwise.inputGradient(epsilon, x, moments, dy, sums, scale, out);
    return affine == null || !isNative(x)
        ? exact
        : affine.inputGradient(epsilon, x, moments, dy, sums, scale, out, exact);
  }

  @Override
  public Kernel variance(Tensor moments, Tensor otherVariance, Tensor out) {
    return otherwise.variance(moments, otherVariance, out);
  }

  @Override
  public Kernel mean(Tensor moments, Tensor otherMean, Tensor out) {
    return otherwise.mean(moments, otherMean, out);
  }

  @Override
  public void close() {
    room.close();
    perChannel.values().forEach(FloatPointer::close);
  }
}
