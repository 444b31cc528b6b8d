package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batch normalization as its formulas say, in double precision. */
final class PlainBatchNormalization implements BatchNormalization {
  private final Kernels kernels;
  private final Scratch scratch;

  /**
   * Batch normalization.
   *
   * @param kernels that do the steps behind
   */
  PlainBatchNormalization(Kernels kernels, Scratch scratch) {
    this.kernels = kernels;
    this.scratch = scratch;
  }

  @Override
  public Kernel moments(Tensor x, Tensor out) {
    int channels = x.shape().dim(-1);
    double count = (double) x.size() / channels;
    return () -> {
      double[] numbers = scratch.doubles(0, x);
      double[] moments = scratch.zeros(1, 3 * channels);
      Arrays.fill(moments, 0, channels, count);
      for (int i = 0; i < x.size(); i++) {
        moments[channels + i % channels] += numbers[i] / count;
      }
      for (int i = 0; i < x.size(); i++) {
        double distance = numbers[i] - moments[channels + i % channels];
        moments[2 * channels + i % channels] += distance * distance;
      }
      out.write(0, moments, 3 * channels);
    };
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
    int channels = x.shape().dim(-1);
    Kernel normalize =
        () -> {
          double[] numbers = scratch.doubles(0, x);
          double[] of = scratch.doubles(1, moments);
          double[] factors = perChannel(2, scale, channels, 1);
          double[] terms = perChannel(3, shift, channels, 0);
          for (int i = 0; i < x.size(); i++) {
            int c = i % channels;
            numbers[i] = factors[c] * standardized(numbers[i], of, c, channels, epsilon) + terms[c];
          }
          out.write(0, numbers, x.size());
        };
    return kernels.then(normalize, out, then);
  }

  private double[] perChannel(int place, @Nullable Tensor numbers, int channels, double otherwise) {
    if (numbers != null) {
      return scratch.doubles(place, numbers);
    }
    double[] all = scratch.doubles(place, channels);
    Arrays.fill(all, 0, channels, otherwise);
    return all;
  }

  private static double standardized(
      double x, double[] moments, int channel, int channels, double epsilon) {
    return (x - moments[channels + channel]) * inverse(moments, channel, channels, epsilon);
  }

  private static double inverse(double[] moments, int channel, int channels, double epsilon) {
    return 1 / Math.sqrt(moments[2 * channels + channel] / moments[channel] + epsilon);
  }

  @Override
  public Kernel sums(double epsilon, Tensor x, Tensor moments, Tensor dy, Tensor out) {
    int channels = x.shape().dim(-1);
    return () -> {
      double[] numbers = scratch.doubles(0, x);
      double[] of = scratch.doubles(1, moments);
      double[] gradients = scratch.doubles(2, dy);
      double[] sums = scratch.zeros(3, 2 * channels);
      for (int i = 0; i < x.size(); i++) {
        int c = i % channels;
        sums[c] += gradients[i];
        sums[channels + c] += gradients[i] * standardized(numbers[i], of, c, channels, epsilon);
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
    int channels = x.shape().dim(-1);
    return () -> {
      double[] numbers = scratch.doubles(0, x);
      double[] of = scratch.doubles(1, moments);
      double[] gradients = scratch.doubles(2, dy);
      double[] totals = scratch.doubles(3, sums);
      double[] factors = perChannel(4, scale, channels, 1);
      for (int i = 0; i < x.size(); i++) {
        int c = i % channels;
        double z = standardized(numbers[i], of, c, channels, epsilon);
        double centered = gradients[i] - (totals[c] + z * totals[channels + c]) / of[c];
        gradients[i] = factors[c] * centered * inverse(of, c, channels, epsilon);
      }
      out.write(0, gradients, x.size());
    };
  }

  @Override
  public Kernel variance(Tensor moments, Tensor otherwise, Tensor out) {
    int channels = out.size();
    return () -> {
      double[] of = scratch.doubles(0, moments);
      double[] variances = scratch.doubles(1, otherwise);
      for (int i = 0; i < channels; i++) {
        if (of[i] >= 2) {
          variances[i] = of[2 * channels + i] / (of[i] - 1);
        }
      }
      out.write(0, variances, channels);
    };
  }

  @Override
  public Kernel mean(Tensor moments, Tensor otherwise, Tensor out) {
    int channels = out.size();
    return () -> {
      double[] of = scratch.doubles(0, moments);
      double[] means = scratch.doubles(1, otherwise);
      for (int i = 0; i < channels; i++) {
        if (of[i] >= 1) {
          means[i] = of[channels + i];
        }
      }
      out.write(0, means, channels);
    };
  }
}
