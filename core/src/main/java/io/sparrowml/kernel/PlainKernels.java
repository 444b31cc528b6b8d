package io.sparrowml.kernel;

import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;

/**
 * The computations as their formulas say, in Java alone: what other kernels are tested against, and
 * what runs where they cannot.
 *
 * <p>Everything is computed in double precision over arrays on the heap and rounded once, to the
 * kind of number of the output.
 */
public final class PlainKernels implements Kernels {
  private static final int CHUNK = 2048;

  private final double[] chunk = new double[CHUNK];

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public void matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor out) {
    int n = out.shape().dim(0);
    int m = out.shape().dim(1);
    int k = a.shape().dim(transposeA ? 0 : 1);
    double[] left = transposeA ? transposed(a) : a.toDoubles();
    double[] right = transposeB ? transposed(b) : b.toDoubles();
    double[] row = new double[m];
    for (int i = 0; i < n; i++) {
      Arrays.fill(row, 0);
      for (int j = 0; j < k; j++) {
        addScaled(left[i * k + j], right, j * m, row);
      }
      out.write(i * m, row, m);
    }
  }

  /** {@code sum_i += factor values_(from + i)}. */
  private static void addScaled(double factor, double[] values, int from, double[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * values[from + i];
    }
  }

  private static double[] transposed(Tensor matrix) {
    int rows = matrix.shape().dim(0);
    int columns = matrix.shape().dim(1);
    double[] from = matrix.toDoubles();
    double[] to = new double[from.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        to[j * rows + i] = from[i * columns + j];
      }
    }
    return to;
  }

  @Override
  public void unary(Unary function, double parameter, Tensor x, Tensor out) {
    int size = out.size();
    for (int from = 0; from < size; from += CHUNK) {
      int length = Math.min(CHUNK, size - from);
      x.read(from, chunk, length);
      for (int i = 0; i < length; i++) {
        chunk[i] = function.apply(chunk[i], parameter);
      }
      out.write(from, chunk, length);
    }
  }

  @Override
  public void binary(Binary function, double parameter, Tensor a, Tensor b, Tensor out) {
    double[] left = a.toDoubles();
    double[] right = b.toDoubles();
    int[] fromLeft = sources(a.shape(), out.shape());
    int[] fromRight = sources(b.shape(), out.shape());
    double[] all = new double[out.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = function.apply(left[fromLeft[i]], right[fromRight[i]], parameter);
    }
    out.write(0, all, all.length);
  }

  @Override
  public void sumTo(Tensor x, Tensor out) {
    double[] numbers = x.toDoubles();
    int[] into = sources(out.shape(), x.shape());
    double[] sums = new double[out.size()];
    for (int i = 0; i < numbers.length; i++) {
      sums[into[i]] += numbers[i];
    }
    out.write(0, sums, sums.length);
  }

  @Override
  public void broadcastTo(Tensor x, Tensor out) {
    double[] numbers = x.toDoubles();
    int[] from = sources(x.shape(), out.shape());
    double[] all = new double[out.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = numbers[from[i]];
    }
    out.write(0, all, all.length);
  }

  /** For each number of the large shape, the index of that of the small one stretched over it. */
  private static int[] sources(Shape small, Shape large) {
    int[] sources = {0};
    int stride = 1;
    for (int back = 1; back <= large.rank(); back++) {
      int extent = back <= small.rank() ? small.dim(-back) : 1;
      int step = extent == 1 ? 0 : stride;
      int[] wider = new int[sources.length * large.dim(-back)];
      for (int i = 0; i < wider.length; i++) {
        wider[i] = sources[i % sources.length] + i / sources.length * step;
      }
      sources = wider;
      stride *= extent;
    }
    return sources;
  }

  @Override
  public void softmax(Tensor x, Tensor out) {
    double[] row = new double[x.shape().dim(-1)];
    for (int from = 0; from < x.size(); from += row.length) {
      x.read(from, row, row.length);
      double max = max(row);
      double sum = 0;
      for (int i = 0; i < row.length; i++) {
        row[i] = Math.exp(row[i] - max);
        sum += row[i];
      }
      for (int i = 0; i < row.length; i++) {
        row[i] /= sum;
      }
      out.write(from, row, row.length);
    }
  }

  @Override
  public void softmaxCrossEntropy(Tensor logits, Tensor labels, Tensor out) {
    double[] expected = labels.toDoubles();
    double[] losses = new double[expected.length];
    double[] row = new double[logits.shape().dim(1)];
    for (int n = 0; n < losses.length; n++) {
      logits.read(n * row.length, row, row.length);
      double max = max(row);
      double sum = 0;
      for (double logit : row) {
        sum += Math.exp(logit - max);
      }
      int label = label("softmax cross-entropy", expected[n], row.length, n);
      losses[n] = Math.log(sum) + (max - row[label]);
    }
    out.write(0, losses, losses.length);
  }

  private static double max(double[] row) {
    double max = Double.NEGATIVE_INFINITY;
    for (double x : row) {
      max = Math.max(max, x);
    }
    return max;
  }

  @Override
  public void oneHot(Tensor labels, Tensor out) {
    double[] expected = labels.toDoubles();
    int classes = out.shape().dim(1);
    double[] row = new double[classes];
    for (int n = 0; n < expected.length; n++) {
      int label = label("one hot", expected[n], classes, n);
      row[label] = 1;
      out.write(n * classes, row, classes);
      row[label] = 0;
    }
  }

  private static int label(String operation, double label, int classes, int index) {
    int whole = (int) label;
    if (whole != label || whole < 0 || whole >= classes) {
      throw new KernelException(
          "%s expects whole labels in [0, %d), got %s at index %d"
              .formatted(operation, classes, label, index));
    }
    return whole;
  }

  @Override
  public void dropoutMask(RandomKey key, double rate, Tensor out) {
    float kept = (float) (1 / (1 - rate));
    int size = out.size();
    for (int from = 0; from < size; from += CHUNK) {
      int length = Math.min(CHUNK, size - from);
      for (int i = 0; i < length; i++) {
        // The sign of the difference, without a branch that would be guessed wrong half the time.
        long dropped = Double.doubleToRawLongBits(key.uniform(from + i) - rate) >> 63;
        chunk[i] = kept * (1 + dropped);
      }
      out.write(from, chunk, length);
    }
  }

  @Override
  public void close() {}
}
