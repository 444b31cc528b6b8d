package io.sparrowml.kernel;

import io.sparrowml.tensor.RandomDraw;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;

/**
 * The computations as their formulas say, in Java alone: what other kernels are tested against, and
 * what runs where they cannot.
 *
 * <p>Everything is computed in double precision over arrays on the heap and rounded once, to the
 * kind of number of the output.
 */
public final class PlainKernels implements Kernels {
  private static final int CHUNK = 2048;

  private final Scratch scratch = new Scratch();
  private final Movement movement = new PlainMovement(scratch);
  private final Recurrence recurrence = new PlainRecurrence(scratch);
  private final Attention attention = new PlainAttention(scratch);
  private final PlainSelections selections = new PlainSelections(scratch);
  private final Convolutions convolutions = new PlainConvolutions(this, scratch);
  private final Pooling pooling = new PlainPooling(scratch);

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public Kernel matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor out) {
    int n = out.shape().dim(-2);
    int m = out.shape().dim(-1);
    int k = a.shape().dim(transposeA ? -2 : -1);
    int batches = n * m == 0 ? 0 : out.size() / (n * m);
    return () -> {
      double[] left = scratch.doubles(0, a);
      double[] right = scratch.doubles(1, b);
      for (int batch = 0; batch < batches; batch++) {
        double[] x = transposeA ? transposed(2, left, batch * n * k, k, n) : left;
        double[] y = transposeB ? transposed(3, right, batch * k * m, m, k) : right;
        int fromX = transposeA ? 0 : batch * n * k;
        int fromY = transposeB ? 0 : batch * k * m;
        for (int i = 0; i < n; i++) {
          double[] row = scratch.zeros(4, m);
          for (int j = 0; j < k; j++) {
            addScaled(x[fromX + i * k + j], y, fromY + j * m, row, m);
          }
          out.write((batch * n + i) * m, row, m);
        }
      }
    };
  }

  /** {@code sum_i += factor values_(from + i)}. */
  private static void addScaled(
      double factor, double[] values, int from, double[] sum, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += factor * values[from + i];
    }
  }

  private double[] transposed(int place, double[] matrices, int from, int rows, int columns) {
    double[] to = scratch.doubles(place, rows * columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        to[j * rows + i] = matrices[from + i * columns + j];
      }
    }
    return to;
  }

  @Override
  public Kernel unary(Unary function, double parameter, Tensor x, Tensor out) {
    int size = out.size();
    return () -> {
      double[] chunk = scratch.doubles(0, CHUNK);
      for (int from = 0; from < size; from += CHUNK) {
        int length = Math.min(CHUNK, size - from);
        x.read(from, chunk, length);
        for (int i = 0; i < length; i++) {
          chunk[i] = function.apply(chunk[i], parameter);
        }
        out.write(from, chunk, length);
      }
    };
  }

  @Override
  public Kernel binary(Binary function, double parameter, Tensor a, Tensor b, Tensor out) {
    int[] fromLeft = sources(a.shape(), out.shape());
    int[] fromRight = sources(b.shape(), out.shape());
    return () -> {
      double[] left = scratch.doubles(0, a);
      double[] right = scratch.doubles(1, b);
      double[] all = scratch.doubles(2, out.size());
      for (int i = 0; i < out.size(); i++) {
        all[i] = function.apply(left[fromLeft[i]], right[fromRight[i]], parameter);
      }
      out.write(0, all, out.size());
    };
  }

  @Override
  public Kernel sumTo(Tensor x, Tensor out) {
    int[] into = sources(out.shape(), x.shape());
    return () -> {
      double[] numbers = scratch.doubles(0, x);
      double[] sums = scratch.zeros(1, out.size());
      for (int i = 0; i < x.size(); i++) {
        sums[into[i]] += numbers[i];
      }
      out.write(0, sums, out.size());
    };
  }

  @Override
  public Kernel broadcastTo(Tensor x, Tensor out) {
    int[] from = sources(x.shape(), out.shape());
    return () -> {
      double[] numbers = scratch.doubles(0, x);
      double[] all = scratch.doubles(1, out.size());
      for (int i = 0; i < out.size(); i++) {
        all[i] = numbers[from[i]];
      }
      out.write(0, all, out.size());
    };
  }

  /** For each number of the large shape, the index of that of the small one stretched over it. */
  static int[] sources(Shape small, Shape large) {
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
  public Kernel softmax(Tensor x, Tensor out) {
    int width = x.shape().dim(-1);
    return () -> {
      double[] row = scratch.doubles(0, width);
      for (int from = 0; from < x.size(); from += width) {
        x.read(from, row, width);
        double max = max(row, width);
        double sum = 0;
        for (int i = 0; i < width; i++) {
          row[i] = Math.exp(row[i] - max);
          sum += row[i];
        }
        for (int i = 0; i < width; i++) {
          row[i] /= sum;
        }
        out.write(from, row, width);
      }
    };
  }

  @Override
  public Kernel logSoftmax(Tensor x, Tensor out) {
    int width = x.shape().dim(-1);
    return () -> {
      double[] row = scratch.doubles(0, width);
      for (int from = 0; from < x.size(); from += width) {
        x.read(from, row, width);
        double max = max(row, width);
        double sum = 0;
        for (int i = 0; i < width; i++) {
          sum += Math.exp(row[i] - max);
        }
        for (int i = 0; i < width; i++) {
          row[i] = row[i] - max - Math.log(sum);
        }
        out.write(from, row, width);
      }
    };
  }

  @Override
  public Kernel softmaxCrossEntropy(Tensor logits, Tensor labels, Tensor out) {
    int width = logits.shape().dim(-1);
    return () -> {
      double[] expected = scratch.doubles(0, labels);
      double[] losses = scratch.doubles(1, out.size());
      double[] row = scratch.doubles(2, width);
      for (int n = 0; n < out.size(); n++) {
        logits.read(n * width, row, width);
        double max = max(row, width);
        double sum = 0;
        for (int i = 0; i < width; i++) {
          sum += Math.exp(row[i] - max);
        }
        int label = label("softmax cross-entropy", expected[n], width, n);
        losses[n] = Math.log(sum) + (max - row[label]);
      }
      out.write(0, losses, out.size());
    };
  }

  private static double max(double[] row, int length) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < length; i++) {
      max = Math.max(max, row[i]);
    }
    return max;
  }

  @Override
  public Kernel oneHot(Tensor labels, Tensor out) {
    int classes = out.shape().dim(-1);
    return () -> {
      double[] expected = scratch.doubles(0, labels);
      double[] row = scratch.zeros(1, classes);
      for (int n = 0; n < labels.size(); n++) {
        int label = label("one hot", expected[n], classes, n);
        row[label] = 1;
        out.write(n * classes, row, classes);
        row[label] = 0;
      }
    };
  }

  static int label(String operation, double label, int classes, int index) {
    int whole = (int) label;
    if (whole != label || whole < 0 || whole >= classes) {
      throw new KernelException(
          "%s expects whole labels in [0, %d), got %s at index %d"
              .formatted(operation, classes, label, index));
    }
    return whole;
  }

  @Override
  public Kernel dropoutMask(RandomDraw draw, double rate, Tensor out) {
    float kept = (float) (1 / (1 - rate));
    int size = out.size();
    return () -> {
      long key = draw.key();
      double[] chunk = scratch.doubles(0, CHUNK);
      for (int from = 0; from < size; from += CHUNK) {
        int length = Math.min(CHUNK, size - from);
        for (int i = 0; i < length; i++) {
          // The sign of the difference, without a branch guessed wrong half the time.
          long dropped = Double.doubleToRawLongBits(RandomKey.uniform(key, from + i) - rate) >> 63;
          chunk[i] = kept * (1 + dropped);
        }
        out.write(from, chunk, length);
      }
    };
  }

  @Override
  public Recurrence recurrence() {
    return recurrence;
  }

  @Override
  public Attention attention() {
    return attention;
  }

  @Override
  public Kernel gaussian(RandomDraw draw, Tensor out) {
    int size = out.size();
    return () -> {
      long key = draw.key();
      double[] chunk = scratch.doubles(0, CHUNK);
      for (int from = 0; from < size; from += CHUNK) {
        int length = Math.min(CHUNK, size - from);
        BoxMuller.fill(key, from, chunk, length);
        out.write(from, chunk, length);
      }
    };
  }

  @Override
  public Selections selections() {
    return selections;
  }

  @Override
  public Convolutions convolutions() {
    return convolutions;
  }

  @Override
  public Pooling pooling() {
    return pooling;
  }

  @Override
  public Movement movement() {
    return movement;
  }

  @Override
  public GroupNormalization groupNormalization() {
    return new PlainGroupNormalization(scratch);
  }

  @Override
  public BatchNormalization batchNormalization() {
    return new PlainBatchNormalization(this, scratch);
  }

  @Override
  public void close() {}
}
