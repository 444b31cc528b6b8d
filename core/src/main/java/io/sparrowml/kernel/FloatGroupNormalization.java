package io.sparrowml.kernel;

import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Group normalization of FLOAT32 in loops that compile to vector instructions. */
final class FloatGroupNormalization implements GroupNormalization {
  private final Scratch scratch;
  private final GroupNormalization plain;

  /**
   * Shares working memory.
   *
   * @param plain what FLOAT64 is left to
   */
  FloatGroupNormalization(Scratch scratch, GroupNormalization plain) {
    this.scratch = scratch;
    this.plain = plain;
  }

  @Override
  public Kernel normalize(
      GroupSizes sizes, Tensor x, @Nullable Tensor scale, @Nullable Tensor shift, Tensor out) {
    if (out.dtype() != DType.FLOAT32 || out.size() == 0) {
      return plain.normalize(sizes, x, scale, shift, out);
    }
    FloatGroups groups = new FloatGroups(sizes, x, scratch);
    return () -> {
      groups.begin(scale, shift);
      for (int from = 0; from < x.size(); from += groups.unit()) {
        groups.normalize(from, Math.min(groups.unit(), x.size() - from), out);
      }
    };
  }

  @Override
  public Kernel inputGradient(
      GroupSizes sizes, Tensor x, Tensor dy, @Nullable Tensor scale, Tensor out) {
    if (out.dtype() != DType.FLOAT32 || out.size() == 0) {
      return plain.inputGradient(sizes, x, dy, scale, out);
    }
    FloatGroups groups = new FloatGroups(sizes, x, scratch);
    return () -> {
      groups.begin(scale, null);
      for (int from = 0; from < x.size(); from += groups.unit()) {
        groups.propagate(from, Math.min(groups.unit(), x.size() - from), dy, out);
      }
    };
  }

  @Override
  public Kernel scaleGradient(GroupSizes sizes, Tensor x, Tensor dy, Tensor out) {
    if (out.dtype() != DType.FLOAT32 || x.size() == 0) {
      return plain.scaleGradient(sizes, x, dy, out);
    }
    FloatGroups groups = new FloatGroups(sizes, x, scratch);
    return () -> {
      groups.begin(null, null);
      groups.beginChannelSums();
      for (int from = 0; from < x.size(); from += groups.unit()) {
        groups.addToChannels(from, Math.min(groups.unit(), x.size() - from), dy);
      }
      groups.writeChannelSums(out);
    };
  }
}
