package io.sparrowml.kernel;

import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Attention of FLOAT32, row by row; keys behind the last one that a query sees cost nothing. */
final class FloatAttention implements Attention {
  private final Attention plain;
  private final Scratch scratch;
  private final FloatFunctions functions;

  FloatAttention(Attention plain, Scratch scratch, FloatFunctions functions) {
    this.plain = plain;
    this.scratch = scratch;
    this.functions = functions;
  }

  @Override
  public Kernel softmax(
      Tensor scores, double scale, boolean causal, @Nullable Tensor mask, Tensor out) {
    if (out.dtype() != DType.FLOAT32 || out.size() == 0) {
      return plain.softmax(scores, scale, causal, mask, out);
    }
    int keys = out.shape().dim(-1);
    int queries = out.shape().dim(-2);
    int rows = out.size() / keys;
    int rowsOfSample = rows / out.shape().dim(0);
    float factor = (float) scale;
    return () -> {
      float[] row = scratch.floats(0, keys);
      float[] seen = scratch.floats(1, mask == null ? 0 : mask.size());
      if (mask != null) {
        mask.read(0, seen, 0, mask.size());
      }
      for (int i = 0; i < rows; i++) {
        int length = causal ? i % queries + 1 : keys;
        scores.read(i * keys, row, 0, length);
        scale(row, factor, length);
        if (mask == null) {
          softmax(row, length);
        } else {
          int from = i / rowsOfSample * keys;
          select(seen, from, row, Float.NEGATIVE_INFINITY, length);
          softmax(row, length);
          select(seen, from, row, 0, length);
        }
        Arrays.fill(row, length, keys, 0);
        out.write(i * keys, row, 0, keys);
      }
    };
  }

  private static void scale(float[] row, float factor, int length) {
    for (int i = 0; i < length; i++) {
      row[i] *= factor;
    }
  }

  /** Replaces the numbers that are not seen. */
  private static void select(float[] seen, int from, float[] row, float other, int length) {
    for (int i = 0; i < length; i++) {
      row[i] = seen[from + i] != 0 ? row[i] : other;
    }
  }

  private void softmax(float[] row, int length) {
    float max = max(row, length);
    for (int i = 0; i < length; i++) {
      row[i] -= max;
    }
    exp(row, length);
    scale(row, 1 / sum(row, length), length);
  }

  /** The greatest number, and NaN where there is one. */
  private static float max(float[] row, int length) {
    float m0 = row[0];
    float m1 = m0;
    float m2 = m0;
    float m3 = m0;
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      m0 = Math.max(m0, row[i]);
      m1 = Math.max(m1, row[i + 1]);
      m2 = Math.max(m2, row[i + 2]);
      m3 = Math.max(m3, row[i + 3]);
    }
    for (; i < length; i++) {
      m0 = Math.max(m0, row[i]);
    }
    return Math.max(Math.max(m0, m1), Math.max(m2, m3));
  }

  private void exp(float[] row, int length) {
    if (length <= FloatFunctions.CHUNK) {
      functions.exp(row, length);
      return;
    }
    float[] chunk = scratch.floats(3, FloatFunctions.CHUNK);
    for (int from = 0; from < length; from += FloatFunctions.CHUNK) {
      int count = Math.min(FloatFunctions.CHUNK, length - from);
      System.arraycopy(row, from, chunk, 0, count);
      functions.exp(chunk, count);
      System.arraycopy(chunk, 0, row, from, count);
    }
  }

  /** In four sums side by side, so that an addition need not wait for the one before. */
  private static float sum(float[] row, int length) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      s0 += row[i];
      s1 += row[i + 1];
      s2 += row[i + 2];
      s3 += row[i + 3];
    }
    for (; i < length; i++) {
      s0 += row[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public Kernel softmaxGradient(Tensor y, Tensor dy, double scale, Tensor out) {
    if (out.dtype() != DType.FLOAT32 || out.size() == 0) {
      return plain.softmaxGradient(y, dy, scale, out);
    }
    int width = out.shape().dim(-1);
    int size = out.size();
    float factor = (float) scale;
    return () -> {
      float[] row = scratch.floats(0, width);
      float[] slopes = scratch.floats(1, width);
      for (int from = 0; from < size; from += width) {
        y.read(from, row, 0, width);
        dy.read(from, slopes, 0, width);
        float sum = product(row, slopes, width);
        for (int i = 0; i < width; i++) {
          row[i] *= factor * (slopes[i] - sum);
        }
        out.write(from, row, 0, width);
      }
    };
  }

  /** The sum of the products, in four sums side by side. */
  private static float product(float[] a, float[] b, int length) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < length; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
