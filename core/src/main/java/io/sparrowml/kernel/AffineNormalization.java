package io.sparrowml.kernel;

import static io.sparrowml.kernel.FloatChannels.inverse;
import static io.sparrowml.kernel.OneDnnBatchNormalization.address;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;

import io.sparrowml.kernel.AffineRecipe.Part;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalization of FLOAT32 as {@code x factor + term}, channel by channel, in one walk over
 * memory with all that comes behind it.
 *
 * <p>Where a mean is large beside its channel's deviation, {@code x factor} and the term nearly
 * cancel out, and what is rounded of them is large beside their sum: such numbers are left to other
 * kernels, which subtract the mean before. The same holds for sums of {@code x dy}, more so.
 */
final class AffineNormalization {
  /** From a mean to zero; what is lost then is as much as {@code x} itself was rounded. */
  private static final double MOST_DEVIATIONS = 256;

  private static final double MOST_DEVIATIONS_OF_SUMS = 16;

  private final Kernels kernels;
  private final Primitives.Binder primitives;
  private final Primitives.Fuser fuser;
  private final Scratch scratch;
  private final IntFunction<FloatPointer> perChannel;

  /**
   * Normalization.
   *
   * @param kernels that do the steps behind
   * @param perChannel room for three numbers of each of so many channels, at the time of a run
   */
  AffineNormalization(
      Kernels kernels,
      Primitives.Binder primitives,
      Primitives.Fuser fuser,
      Scratch scratch,
      IntFunction<FloatPointer> perChannel) {
    this.kernels = kernels;
    this.primitives = primitives;
    this.fuser = fuser;
    this.scratch = scratch;
    this.perChannel = perChannel;
  }

  /** Whether oneDNN has vector code for it on this processor. */
  static boolean isFast() {
    return Processor.hasAvx2();
  }

  /** Whether the moments are such that little is lost; not where one is NaN. */
  private static boolean isNear(double[] moments, int channels, double most) {
    for (int c = 0; c < channels; c++) {
      double mean = moments[channels + c];
      double variance = moments[2 * channels + c] / moments[c];
      if (!(mean * mean <= most * most * variance)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Works with the moments, or leaves all to another kernel where means are too far from zero.
   *
   * @param most deviations from zero
   */
  private Kernel near(double most, Tensor moments, Consumer<double[]> affine, Kernel otherwise) {
    int channels = moments.shape().dim(-1);
    return () -> {
      double[] of = scratch.doubles(0, moments);
      if (isNear(of, channels, most)) {
        affine.accept(of);
      } else {
        otherwise.run();
      }
    };
  }

  /** Three numbers of each channel, with the scale in the place of the first. */
  private float[] scaled(@Nullable Tensor scale, int channels) {
    float[] numbers = scratch.floats(0, 3 * channels);
    if (scale == null) {
      Arrays.fill(numbers, 0, channels, 1);
    } else {
      scale.read(0, numbers, 0, channels);
    }
    return numbers;
  }

  /**
   * As {@link BatchNormalization#normalize}.
   *
   * @param otherwise the same, for means far from zero
   */
  Kernel normalize(
      double epsilon,
      Tensor x,
      Tensor moments,
      @Nullable Tensor scale,
      @Nullable Tensor shift,
      Tensor out,
      List<Step> then,
      Kernel otherwise) {
    int channels = x.shape().dim(-1);
    int rows = x.size() / channels;
    int exact = OneDnnConvolutions.exact(then);
    FloatPointer given = perChannel.apply(channels);
    Kernel fused =
        fuser.fused(
            post -> new AffineRecipe(Part.RESULT, rows, channels, post),
            true,
            then.subList(0, exact),
            new int[] {1, 1, rows, channels},
            out,
            x.address(),
            address(given, 0, channels),
            address(given, 1, channels),
            out.address());
    Kernel affine = kernels.then(fused, out, then.subList(exact, then.size()));
    return near(
        MOST_DEVIATIONS,
        moments,
        of -> {
          float[] numbers = scaled(scale, channels);
          Arrays.fill(numbers, channels, 2 * channels, 0);
          if (shift != null) {
            shift.read(0, numbers, channels, channels);
          }
          for (int c = 0; c < channels; c++) {
            numbers[c] = (float) (numbers[c] * inverse(of, c, channels, epsilon));
            numbers[channels + c] = (float) (numbers[channels + c] - of[channels + c] * numbers[c]);
          }
          given.put(numbers, 0, 2 * channels);
          affine.run();
        },
        otherwise);
  }

  /**
   * As {@link BatchNormalization#sums}: {@code dy z} adds up to what {@code x dy} does, less the
   * mean times what {@code dy} does, over the deviation.
   *
   * @param otherwise the same, for means far from zero
   */
  Kernel sums(double epsilon, Tensor x, Tensor moments, Tensor dy, Tensor out, Kernel otherwise) {
    int channels = x.shape().dim(-1);
    FloatPointer given = perChannel.apply(channels);
    Kernel[] blocks =
        OneDnnBatchNormalization.blocks(
            x,
            (from, count) ->
                primitives.bound(
                    new AffineRecipe(Part.SUMS, count, channels, List.of()),
                    OneDnnBatchNormalization.row(x, from, channels),
                    OneDnnBatchNormalization.row(dy, from, channels),
                    address(given, 0, channels),
                    address(given, 1, channels)));
    return near(
        MOST_DEVIATIONS_OF_SUMS,
        moments,
        of -> {
          double[] sums = scratch.zeros(1, 2 * channels);
          float[] ofBlock = scratch.floats(0, 2 * channels);
          for (Kernel block : blocks) {
            block.run();
            given.get(ofBlock, 0, 2 * channels);
            for (int c = 0; c < channels; c++) {
              sums[c] += ofBlock[channels + c];
              sums[channels + c] += ofBlock[c];
            }
          }
          for (int c = 0; c < channels; c++) {
            double centered = sums[channels + c] - of[channels + c] * sums[c];
            sums[channels + c] = centered * inverse(of, c, channels, epsilon);
          }
          out.write(0, sums, 2 * channels);
        },
        otherwise);
  }

  /**
   * As {@link BatchNormalization#inputGradient}: {@code (x factor + term + dy) scale / deviation}.
   *
   * @param otherwise the same, for means far from zero
   */
  Kernel inputGradient(
      double epsilon,
      Tensor x,
      Tensor moments,
      Tensor dy,
      Tensor sums,
      @Nullable Tensor scale,
      Tensor out,
      Kernel otherwise) {
    int channels = x.shape().dim(-1);
    int rows = x.size() / channels;
    FloatPointer given = perChannel.apply(channels);
    List<PostOp> then =
        List.of(
            new PostOp.Pairwise(dnnl_binary_add, List.of(1, 1, rows, channels)),
            new PostOp.Pairwise(dnnl_binary_mul, List.of(1, 1, 1, channels)));
    Kernel affine =
        primitives.bound(
            new AffineRecipe(Part.RESULT, rows, channels, then),
            x.address(),
            address(given, 1, channels),
            address(given, 2, channels),
            out.address(),
            dy.address(),
            address(given, 0, channels));
    return near(
        MOST_DEVIATIONS,
        moments,
        of -> {
          double[] totals = scratch.doubles(1, sums);
          float[] numbers = scaled(scale, channels);
          for (int c = 0; c < channels; c++) {
            double inverse = inverse(of, c, channels, epsilon);
            float factor = (float) (-totals[channels + c] / of[c] * inverse);
            numbers[c] = (float) (numbers[c] * inverse);
            numbers[channels + c] = factor;
            numbers[2 * channels + c] = (float) (-totals[c] / of[c] - of[channels + c] * factor);
          }
          given.put(numbers, 0, 3 * channels);
          affine.run();
        },
        otherwise);
  }
}
