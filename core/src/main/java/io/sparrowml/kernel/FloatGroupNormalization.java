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
    FloatGroups groups = new FloatGroups(sizes, scratch);
    return () -> {
      groups.begin(scale, shift);
      for (int row = 0; row < sizes.rows(); row += groups.rowsAtOnce()) {
        int rows = Math.min(groups.rowsAtOnce(), sizes.rows() - row);
        int length = rows * sizes.rowLength();
        float[] numbers = groups.numbers();
        x.read(row * sizes.rowLength(), numbers, 0, length);
        for (int at = 0; at < length; at += sizes.rowLength()) {
          groups.center(at);
          groups.stretch(at);
        }
        out.write(row * sizes.rowLength(), numbers, 0, length);
      }
    };
  }

  @Override
  public Kernel inputGradient(
      GroupSizes sizes, Tensor x, Tensor dy, @Nullable Tensor scale, Tensor out) {
    if (out.dtype() != DType.FLOAT32 || out.size() == 0) {
      return plain.inputGradient(sizes, x, dy, scale, out);
    }
    FloatGroups groups = new FloatGroups(sizes, scratch);
    return () -> {
      groups.begin(scale, null);
      for (int row = 0; row < sizes.rows(); row += groups.rowsAtOnce()) {
        int rows = Math.min(groups.rowsAtOnce(), sizes.rows() - row);
        int length = rows * sizes.rowLength();
        x.read(row * sizes.rowLength(), groups.numbers(), 0, length);
        dy.read(row * sizes.rowLength(), groups.gradients(), 0, length);
        for (int at = 0; at < length; at += sizes.rowLength()) {
          groups.center(at);
          groups.propagate(at);
        }
        out.write(row * sizes.rowLength(), groups.gradients(), 0, length);
      }
    };
  }

  @Override
  public Kernel scaleGradient(GroupSizes sizes, Tensor x, Tensor dy, Tensor out) {
    if (out.dtype() != DType.FLOAT32 || x.size() == 0) {
      return plain.scaleGradient(sizes, x, dy, out);
    }
    FloatGroups groups = new FloatGroups(sizes, scratch);
    return () -> {
      groups.begin(null, null);
      double[] sums = scratch.zeros(0, sizes.channels());
      for (int row = 0; row < sizes.rows(); row += groups.rowsAtOnce()) {
        int rows = Math.min(groups.rowsAtOnce(), sizes.rows() - row);
        int length = rows * sizes.rowLength();
        x.read(row * sizes.rowLength(), groups.numbers(), 0, length);
        dy.read(row * sizes.rowLength(), groups.gradients(), 0, length);
        for (int at = 0; at < length; at += sizes.rowLength()) {
          groups.center(at);
          groups.weigh(at);
        }
        groups.addWeighed(length, sums);
      }
      out.write(0, sums, sizes.channels());
    };
  }
}
