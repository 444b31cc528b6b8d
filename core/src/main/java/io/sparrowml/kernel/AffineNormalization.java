package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalization of FLOAT32 as {@code x factor + term}, channel by channel, in one walk over
 * memory with all that comes behind it.
 *
 * <p>Where a mean is large beside its channel's deviation, {@code x factor} and the term nearly
 * cancel out, and what is rounded of them is large beside their sum: such numbers are left to other
 * kernels, which subtract the mean before.
 */
final class AffineNormalization {
  private static final double MOST_DEVIATIONS = 256; // from a mean to zero
  private static final Pattern VECTORS = Pattern.compile("^avx(512|10)");

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
    return VECTORS.matcher(Processor.instructions()).find();
  }

  /** Whether the moments are such that little is lost; not where one is NaN. */
  private boolean isNear(double[] moments, int channels) {
    for (int c = 0; c < channels; c++) {
      double mean = moments[channels + c];
      double variance = moments[2 * channels + c] / moments[c];
      if (!(mean * mean <= MOST_DEVIATIONS * MOST_DEVIATIONS * variance)) {
        return false;
      }
    }
    return true;
  }

  private static double inverse(double[] moments, int channel, int channels, double epsilon) {
    return 1 / Math.sqrt(moments[2 * channels + channel] / moments[channel] + epsilon);
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

  private static long address(FloatPointer numbers, int index, int channels) {
    return numbers.address() + (long) Float.BYTES * index * channels;
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
            post -> new AffineRecipe(rows, channels, post),
            true,
            then.subList(0, exact),
            new int[] {1, 1, rows, channels},
            out,
            x.address(),
            address(given, 0, channels),
            address(given, 1, channels),
            out.address());
    Kernel affine = kernels.then(fused, out, then.subList(exact, then.size()));
    return () -> {
      double[] of = scratch.doubles(0, moments);
      if (!isNear(of, channels)) {
        otherwise.run();
        return;
      }
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
    };
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
            new AffineRecipe(rows, channels, then),
            x.address(),
            address(given, 1, channels),
            address(given, 2, channels),
            out.address(),
            dy.address(),
            address(given, 0, channels));
    return () -> {
      double[] of = scratch.doubles(0, moments);
      if (!isNear(of, channels)) {
        otherwise.run();
        return;
      }
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
    };
  }
}
