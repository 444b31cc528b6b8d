package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Group normalization as its formulas say, in double precision. */
final class PlainGroupNormalization implements GroupNormalization {
  private final Scratch scratch;

  PlainGroupNormalization(Scratch scratch) {
    this.scratch = scratch;
  }

  @Override
  public Kernel normalize(
      GroupSizes sizes, Tensor x, @Nullable Tensor scale, @Nullable Tensor shift, Tensor out) {
    return () -> {
      double[] z = scratch.doubles(0, x);
      double[] factors = perChannel(1, sizes, scale, 1);
      double[] terms = perChannel(2, sizes, shift, 0);
      for (int row = 0; row < sizes.rows(); row++) {
        for (int group = 0; group < sizes.groups(); group++) {
          standardize(sizes, z, row, group);
        }
      }
      for (int i = 0; i < x.size(); i++) {
        int channel = i % sizes.channels();
        z[i] = factors[channel] * z[i] + terms[channel];
      }
      out.write(0, z, x.size());
    };
  }

  @Override
  public Kernel inputGradient(
      GroupSizes sizes, Tensor x, Tensor dy, @Nullable Tensor scale, Tensor out) {
    return () -> {
      double[] z = scratch.doubles(0, x);
      double[] g = scratch.doubles(1, dy);
      double[] factors = perChannel(2, sizes, scale, 1);
      for (int i = 0; i < x.size(); i++) {
        g[i] *= factors[i % sizes.channels()];
      }
      for (int row = 0; row < sizes.rows(); row++) {
        for (int group = 0; group < sizes.groups(); group++) {
          double inverse = standardize(sizes, z, row, group);
          propagate(sizes, z, g, row, group, inverse);
        }
      }
      out.write(0, g, x.size());
    };
  }

  @Override
  public Kernel scaleGradient(GroupSizes sizes, Tensor x, Tensor dy, Tensor out) {
    return () -> {
      double[] z = scratch.doubles(0, x);
      double[] g = scratch.doubles(1, dy);
      double[] sums = scratch.zeros(2, sizes.channels());
      for (int row = 0; row < sizes.rows(); row++) {
        for (int group = 0; group < sizes.groups(); group++) {
          standardize(sizes, z, row, group);
        }
      }
      for (int i = 0; i < x.size(); i++) {
        sums[i % sizes.channels()] += g[i] * z[i];
      }
      out.write(0, sums, sizes.channels());
    };
  }

  private double[] perChannel(
      int place, GroupSizes sizes, @Nullable Tensor numbers, double otherwise) {
    if (numbers != null) {
      return scratch.doubles(place, numbers);
    }
    double[] all = scratch.doubles(place, sizes.channels());
    Arrays.fill(all, 0, sizes.channels(), otherwise);
    return all;
  }

  /** Where a position of a row has its numbers of a group. */
  private static int start(GroupSizes sizes, int row, int position, int group) {
    return ((row * sizes.positions() + position) * sizes.groups() + group) * sizes.width();
  }

  /** Turns a group's numbers into {@code z}, and gives {@code 1 / sqrt(v + epsilon)}. */
  private static double standardize(GroupSizes sizes, double[] x, int row, int group) {
    double count = (double) sizes.positions() * sizes.width();
    double sum = 0;
    for (int position = 0; position < sizes.positions(); position++) {
      int from = start(sizes, row, position, group);
      for (int i = from; i < from + sizes.width(); i++) {
        sum += x[i];
      }
    }
    double squares = 0;
    for (int position = 0; position < sizes.positions(); position++) {
      int from = start(sizes, row, position, group);
      for (int i = from; i < from + sizes.width(); i++) {
        x[i] -= sum / count;
        squares += x[i] * x[i];
      }
    }
    double inverse = 1 / Math.sqrt(squares / count + sizes.epsilon());
    for (int position = 0; position < sizes.positions(); position++) {
      int from = start(sizes, row, position, group);
      for (int i = from; i < from + sizes.width(); i++) {
        x[i] *= inverse;
      }
    }
    return inverse;
  }

  /** Turns a group's {@code g} into the gradient. */
  private static void propagate(
      GroupSizes sizes, double[] z, double[] g, int row, int group, double inverse) {
    double count = (double) sizes.positions() * sizes.width();
    double sum = 0;
    double weighted = 0;
    for (int position = 0; position < sizes.positions(); position++) {
      int from = start(sizes, row, position, group);
      for (int i = from; i < from + sizes.width(); i++) {
        sum += g[i];
        weighted += g[i] * z[i];
      }
    }
    for (int position = 0; position < sizes.positions(); position++) {
      int from = start(sizes, row, position, group);
      for (int i = from; i < from + sizes.width(); i++) {
        g[i] = (g[i] - sum / count - z[i] * weighted / count) * inverse;
      }
    }
  }
}
