package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Attention as its formulas say. */
final class PlainAttention implements Attention {
  private final Scratch scratch;

  PlainAttention(Scratch scratch) {
    this.scratch = scratch;
  }

  @Override
  public Kernel softmax(
      Tensor scores, double scale, boolean causal, @Nullable Tensor mask, Tensor out) {
    int keys = out.shape().dim(-1);
    int queries = out.shape().dim(-2);
    int rows = keys == 0 ? 0 : out.size() / keys;
    int rowsOfSample = rows == 0 ? 1 : rows / out.shape().dim(0);
    return () -> {
      double[] row = scratch.doubles(0, keys);
      double[] seen = scratch.doubles(1, keys);
      for (int i = 0; i < rows; i++) {
        scores.read(i * keys, row, keys);
        if (mask != null) {
          mask.read(i / rowsOfSample * keys, seen, keys);
        }
        int last = causal ? i % queries : keys;
        for (int k = 0; k < keys; k++) {
          seen[k] = k <= last && (mask == null || seen[k] != 0) ? 1 : 0;
        }
        softmax(row, scale, seen, keys);
        out.write(i * keys, row, keys);
      }
    };
  }

  private static void softmax(double[] row, double scale, double[] seen, int keys) {
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < keys; k++) {
      row[k] *= scale;
      max = seen[k] == 0 ? max : Math.max(max, row[k]);
    }
    double sum = 0;
    for (int k = 0; k < keys; k++) {
      row[k] = seen[k] == 0 ? 0 : Math.exp(row[k] - max);
      sum += row[k];
    }
    for (int k = 0; k < keys; k++) {
      row[k] = seen[k] == 0 ? 0 : row[k] / sum;
    }
  }

  @Override
  public Kernel softmaxGradient(Tensor y, Tensor dy, double scale, Tensor out) {
    int width = out.shape().dim(-1);
    return () -> {
      double[] row = scratch.doubles(0, width);
      double[] slopes = scratch.doubles(1, width);
      for (int from = 0; from < out.size(); from += width) {
        y.read(from, row, width);
        dy.read(from, slopes, width);
        double sum = 0;
        for (int i = 0; i < width; i++) {
          sum += row[i] * slopes[i];
        }
        for (int i = 0; i < width; i++) {
          row[i] *= scale * (slopes[i] - sum);
        }
        out.write(from, row, width);
      }
    };
  }
}
