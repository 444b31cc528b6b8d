package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_div;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_sub;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_tanh;
import static org.bytedeco.dnnl.global.dnnl.dnnl_version;
import static org.bytedeco.dnnl.global.dnnl.get_effective_cpu_isa;

import io.sparrowml.kernel.Recipe.Layout;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * FLOAT32 on oneDNN, working directly on the tensors' memory.
 *
 * <p>FLOAT64, and what oneDNN lacks or computes too coarsely (it loses a NaN in {@code e^x}, and
 * the small values of softplus), is left to {@link PlainKernels}. Primitives are kept, so a call
 * costs about a microsecond beyond its work, and the first one of its shapes some milliseconds.
 *
 * <p>Products use the matmul primitive rather than {@code sgemm}: on some processors the latter
 * computes the last rows of a batch with another order of operations than the others.
 *
 * <p>May be handed from one thread to another, but not used by two at once.
 */
public final class OneDnnKernels implements Kernels {
  private static final int MOST_PRIMITIVES = 1024;
  private static final int SUM_BLOCK = 512;
  private static final int FILL_BLOCK = 2048;

  private final int threads;
  private final PlainKernels plain = new PlainKernels();
  private final Primitives primitives = new Primitives(MOST_PRIMITIVES);
  private final OpenMp openMp = new OpenMp();
  private final FloatPointer ones = new FloatPointer(SUM_BLOCK);
  private final FloatPointer scalar = new FloatPointer(1);
  private @Nullable Thread user;

  /**
   * Kernels for the calling thread.
   *
   * @param threads how many native threads to compute with, 1 or more
   * @throws LinkageError when the native libraries cannot be loaded
   */
  public OneDnnKernels(int threads) {
    if (threads < 1) {
      throw new KernelException("onednn expects 1 thread or more, got " + threads);
    }
    this.threads = threads;
    for (int i = 0; i < SUM_BLOCK; i++) {
      ones.put(i, 1);
    }
  }

  @Override
  public String name() {
    try (dnnl_version_t version = dnnl_version()) {
      String isa = get_effective_cpu_isa().intern().name().toLowerCase(Locale.ROOT);
      return "onednn %d.%d (%s)".formatted(version.major(), version.minor(), isa);
    }
  }

  @Override
  public void matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor out) {
    if (!isNative(out) || a.size() == 0) {
      plain.matmul(a, transposeA, b, transposeB, out);
      return;
    }
    Layout left = layout(a, transposeA);
    Layout right = layout(b, transposeB);
    run(new Recipe.Product(left, right), a.address(), b.address(), out.address());
  }

  private static Layout layout(Tensor matrix, boolean transposed) {
    Layout layout = Layout.rowMajor(matrix.shape().dim(0), matrix.shape().dim(1));
    return transposed ? layout.transposed() : layout;
  }

  private void run(Recipe recipe, long... addresses) {
    useThreads();
    primitives.run(recipe, addresses);
  }

  /** OpenMP keeps its number of threads for each calling thread. */
  private void useThreads() {
    Thread current = Thread.currentThread();
    if (user != current) {
      openMp.useThreads(threads);
      user = current;
    }
  }

  @Override
  public void unary(Unary function, double parameter, Tensor x, Tensor out) {
    if (!isNative(out)) {
      plain.unary(function, parameter, x, out);
      return;
    }
    switch (function) {
      case SCALE -> withScalar(dnnl_binary_mul, x, parameter, out);
      case SHIFT -> withScalar(dnnl_binary_add, x, parameter, out);
      case SQUARE -> pairwise(dnnl_binary_mul, same(out), x.address(), x.address(), out);
      // The gradient's primitive, because the function's own turns NaN to 0 where the slope is 0.
      case LEAKY_RELU -> leakyReluGradient(parameter, x, x, out);
      case TANH -> pointwise(dnnl_eltwise_tanh, x, out);
      case SIGMOID -> pointwise(dnnl_eltwise_logistic, x, out);
      case EXP, LOG, SOFTPLUS -> plain.unary(function, parameter, x, out);
    }
  }

  private void pointwise(int algorithm, Tensor x, Tensor out) {
    run(new Recipe.Pointwise(algorithm, out.size()), x.address(), out.address());
  }

  private void leakyReluGradient(double slope, Tensor x, Tensor dy, Tensor out) {
    Recipe recipe = new Recipe.LeakyReluGradient((float) slope, out.size());
    run(recipe, x.address(), dy.address(), out.address());
  }

  /** Takes the number as data: as an attribute, each would need a primitive of its own. */
  private void withScalar(int algorithm, Tensor x, double number, Tensor out) {
    scalar.put((float) number);
    Spread spread = new Spread(1, out.size(), 1, 1);
    pairwise(algorithm, spread, x.address(), scalar.address(), out);
  }

  private void pairwise(int algorithm, Spread second, long a, long b, Tensor out) {
    run(new Recipe.Pairwise(algorithm, second), a, b, out.address());
  }

  private static Spread same(Tensor tensor) {
    return new Spread(1, tensor.size(), 1, tensor.size());
  }

  @Override
  public void binary(Binary function, double parameter, Tensor a, Tensor b, Tensor out) {
    boolean alike = a.size() == out.size() && b.size() == out.size();
    if (!isNative(out) || (function == Binary.LEAKY_RELU_GRADIENT && !alike)) {
      plain.binary(function, parameter, a, b, out);
      return;
    }
    switch (function) {
      case ADD -> commutative(function, dnnl_binary_add, a, b, out);
      case MULTIPLY -> commutative(function, dnnl_binary_mul, a, b, out);
      case SUBTRACT -> stretching(function, dnnl_binary_sub, a, b, out);
      case DIVIDE -> stretching(function, dnnl_binary_div, a, b, out);
      case LEAKY_RELU_GRADIENT -> leakyReluGradient(parameter, a, b, out);
    }
  }

  private void commutative(Binary function, int algorithm, Tensor a, Tensor b, Tensor out) {
    boolean swap = b.size() == out.size();
    stretching(function, algorithm, swap ? b : a, swap ? a : b, out);
  }

  /** oneDNN stretches the second operand well; the first is stretched into the output. */
  private void stretching(Binary function, int algorithm, Tensor a, Tensor b, Tensor out) {
    Spread second = Spread.of(b.shape(), out.shape());
    if (second == null) {
      plain.binary(function, 0, a, b, out);
      return;
    }
    Tensor first = a;
    if (a.size() != out.size()) {
      broadcastTo(a, out);
      first = out;
    }
    pairwise(algorithm, second, first.address(), b.address(), out);
  }

  /**
   * A sum is a product with ones; long ones go in blocks whose sums are added in double precision.
   */
  @Override
  public void sumTo(Tensor x, Tensor out) {
    Spread spread = Spread.of(out.shape(), x.shape());
    if (!isNative(out) || x.size() == 0 || spread == null) {
      plain.sumTo(x, out);
    } else if (spread.isSame()) {
      out.copyFrom(x);
    } else {
      sum(x, spread, out);
    }
  }

  private void sum(Tensor x, Spread spread, Tensor out) {
    boolean overRows = spread.repeatsRows();
    int columns = spread.columns();
    int length = overRows ? spread.rows() : columns;
    double[] total = new double[length > SUM_BLOCK ? out.size() : 0];
    for (int from = 0; from < length; from += SUM_BLOCK) {
      int count = Math.min(SUM_BLOCK, length - from);
      long start = x.address() + (long) Float.BYTES * from * (overRows ? columns : 1);
      if (overRows) {
        Layout block = Layout.rowMajor(count, columns);
        Recipe sums = new Recipe.Product(Layout.rowMajor(1, count), block);
        run(sums, ones.address(), start, out.address());
      } else {
        Layout block = new Layout(spread.rows(), count, columns, 1);
        Recipe sums = new Recipe.Product(block, Layout.rowMajor(count, 1));
        run(sums, start, ones.address(), out.address());
      }
      if (length > SUM_BLOCK) {
        addTo(total, out.toDoubles());
      }
    }
    if (length > SUM_BLOCK) {
      out.write(0, total, total.length);
    }
  }

  private static void addTo(double[] total, double[] part) {
    for (int i = 0; i < total.length; i++) {
      total[i] += part[i];
    }
  }

  @Override
  public void broadcastTo(Tensor x, Tensor out) {
    Spread spread = Spread.of(x.shape(), out.shape());
    if (!isNative(out) || spread == null) {
      plain.broadcastTo(x, out);
    } else if (spread.isSame()) {
      out.copyFrom(x);
    } else if (spread.repeatsRows()) {
      repeatRow(x, spread.rows(), out);
    } else {
      repeatNumbers(x, spread.columns(), out);
    }
  }

  private static void repeatRow(Tensor row, int times, Tensor out) {
    ByteBuffer from = row.block().buffer();
    ByteBuffer to = out.block().buffer();
    int bytes = row.size() * Float.BYTES;
    for (int i = 0; i < times; i++) {
      to.put(i * bytes, from, 0, bytes);
    }
  }

  private static void repeatNumbers(Tensor column, int times, Tensor out) {
    float[] numbers = column.toFloats();
    float[] block = new float[Math.min(FILL_BLOCK, times)];
    var to = out.floats();
    for (int i = 0; i < numbers.length; i++) {
      Arrays.fill(block, numbers[i]);
      for (int from = 0; from < times; from += FILL_BLOCK) {
        to.put(i * times + from, block, 0, Math.min(FILL_BLOCK, times - from));
      }
    }
  }

  @Override
  public void softmax(Tensor x, Tensor out) {
    plain.softmax(x, out);
  }

  @Override
  public void softmaxCrossEntropy(Tensor logits, Tensor labels, Tensor out) {
    plain.softmaxCrossEntropy(logits, labels, out);
  }

  @Override
  public void oneHot(Tensor labels, Tensor out) {
    plain.oneHot(labels, out);
  }

  @Override
  public void dropoutMask(RandomKey key, double rate, Tensor out) {
    plain.dropoutMask(key, rate, out);
  }

  private static boolean isNative(Tensor out) {
    return out.dtype() == DType.FLOAT32 && out.size() > 0;
  }

  /** How many primitives are kept. */
  int primitives() {
    return primitives.size();
  }

  @Override
  public void close() {
    primitives.close();
    openMp.close();
    ones.close();
    scalar.close();
  }
}
