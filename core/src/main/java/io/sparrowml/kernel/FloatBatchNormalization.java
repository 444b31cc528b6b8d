package io.sparrowml.kernel;

import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batch normalization of FLOAT32 in loops that compile to vector instructions. */
final class FloatBatchNormalization implements BatchNormalization {
  private final Kernels kernels;
  private final Scratch scratch;
  private final BatchNormalization plain;

  /**
   * Shares working memory.
   *
   * @param kernels that do the steps behind
   * @param plain what FLOAT64 is left to
   */
  FloatBatchNormalization(Kernels kernels, Scratch scratch, BatchNormalization plain) {
    this.kernels = kernels;
    this.scratch = scratch;
    this.plain = plain;
  }

  private static boolean isFast(Tensor x) {
    return x.dtype() == DType.FLOAT32 && x.size() > 0;
  }

  @Override
  public Kernel moments(Tensor x, Tensor out) {
    if (!isFast(x)) {
      return plain.moments(x, out);
    }
    FloatChannels channels = new FloatChannels(x, scratch);
    return () -> {
      channels.beginMoments();
      for (int from = 0; from < x.size(); from += channels.piece()) {
        int length = Math.min(channels.piece(), x.size() - from);
        channels.addMoments(from, length);
      }
      channels.writeMoments(out);
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
    if (!isFast(x)) {
      Kernel slow = plain.normalize(epsilon, x, moments, scale, shift, out, List.of());
      return kernels.then(slow, out, then);
    }
    FloatChannels channels = new FloatChannels(x, scratch);
    Kernel normalize =
        () -> {
          channels.beginNormalize(epsilon, moments, scale, shift);
          for (int from = 0; from < x.size(); from += channels.piece()) {
            int length = Math.min(channels.piece(), x.size() - from);
            channels.normalize(from, length, out);
          }
        };
    return kernels.then(normalize, out, then);
  }

  @Override
  public Kernel sums(double epsilon, Tensor x, Tensor moments, Tensor dy, Tensor out) {
    if (!isFast(x)) {
      return plain.sums(epsilon, x, moments, dy, out);
    }
    FloatChannels channels = new FloatChannels(x, scratch);
    return () -> {
      channels.beginSums(moments);
      for (int from = 0; from < x.size(); from += channels.piece()) {
        int length = Math.min(channels.piece(), x.size() - from);
        channels.addSums(from, length, dy);
      }
      channels.writeSums(epsilon, out);
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
    if (!isFast(x)) {
      return plain.inputGradient(epsilon, x, moments, dy, sums, scale, out);
    }
    FloatChannels channels = new FloatChannels(x, scratch);
    return () -> {
      channels.beginGradient(epsilon, moments, sums, scale);
      for (int from = 0; from < x.size(); from += channels.piece()) {
        int length = Math.min(channels.piece(), x.size() - from);
        channels.propagate(from, length, dy, out);
      }
    };
  }

  @Override
  public Kernel variance(Tensor moments, Tensor otherwise, Tensor out) {
    return plain.variance(moments, otherwise, out);
  }

  @Override
  public Kernel mean(Tensor moments, Tensor otherwise, Tensor out) {
    return plain.mean(moments, otherwise, out);
  }
}
