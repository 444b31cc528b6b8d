package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_div;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_sub;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_tanh;
import static org.bytedeco.dnnl.global.dnnl.dnnl_version;

import io.sparrowml.kernel.Recipe.Layout;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomDraw;
import io.sparrowml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.javacpp.FloatPointer;

/**
 * FLOAT32 on oneDNN, working directly on the tensors' memory.
 *
 * <p>FLOAT64, and what is seldom used, is left to {@link PlainKernels}. What oneDNN lacks or
 * computes too coarsely (it loses a NaN in {@code e^x}, and the small values of softplus), is
 * computed by {@link FloatFunctions}. Primitives are kept, so a call costs about a microsecond
 * beyond its work, and the first one of its shapes some milliseconds.
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
  private static final int MOST_STEPS = 16;

  private final OpenMp openMp = new OpenMp(); // first, as it loads the libraries
  private final Precision precision;
  private final PlainKernels plain = new PlainKernels();
  private final Primitives primitives;
  private final Scratch scratch = new Scratch();
  private final FloatFunctions functions = new FloatFunctions();
  private final FloatPairs pairs = new FloatPairs(scratch);
  private final FloatSoftmax softmax = new FloatSoftmax(scratch, functions);
  private final Selections selections = new FloatSelections(scratch, new PlainSelections(scratch));
  private final Attention attention = new FloatAttention(plain.attention(), scratch, functions);
  private final Movement movement = new OneDnnMovement(plain.movement(), this::bound, scratch);
  private final Recurrence recurrence =
      new OneDnnRecurrence(plain.recurrence(), this::bound, scratch, functions);
  private final Convolutions convolutions;
  private final OneDnnBatchNormalization batchNormalization;
  private final FloatPointer sum = new FloatPointer(1);
  private final Pooling pooling = new FloatPooling(plain.pooling(), this::bound, scratch, sum);
  private final Map<Float, FloatPointer> scalars = new HashMap<>();
  private final FloatPointer ones = new FloatPointer(SUM_BLOCK);

  /**
   * Kernels for the calling thread.
   *
   * @param threads how many native threads to compute with, 1 or more; they change no bit
   * @throws LinkageError when the native libraries cannot be loaded
   */
  public OneDnnKernels(int threads) {
    this(threads, Precision.FLOAT32);
  }

  /** The same, with products and convolutions in a precision that the processor must have. */
  public OneDnnKernels(int threads, Precision precision) {
    if (threads < 1) {
      throw new KernelException("onednn expects 1 thread or more, got " + threads);
    }
    this.precision = precision;
    this.primitives = new Primitives(MOST_PRIMITIVES, threads, openMp);
    Processor.check(precision);
    this.convolutions =
        new OneDnnConvolutions(plain.convolutions(), this, this::bound, this::fused, precision);
    this.batchNormalization =
        new OneDnnBatchNormalization(
            new FloatBatchNormalization(this, scratch, plain.batchNormalization()),
            this,
            this::bound,
            this::fused,
            scratch);
    for (int i = 0; i < SUM_BLOCK; i++) {
      ones.put(i, 1);
    }
  }

  @Override
  public String name() {
    try (dnnl_version_t version = dnnl_version()) {
      return "onednn %d.%d (%s)"
          .formatted(version.major(), version.minor(), Processor.instructions());
    }
  }

  @Override
  public Kernel matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor out) {
    return matmul(a, transposeA, b, transposeB, out, List.of());
  }

  @Override
  public Kernel matmul(
      Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor out, List<Step> then) {
    if (!isNative(out) || a.size() == 0) {
      return then(plain.matmul(a, transposeA, b, transposeB, out), out, then);
    }
    Layout left = layout(a, transposeA);
    Layout right = layout(b, transposeB);
    int batches = out.size() / (left.rows() * right.columns());
    int[] dims =
        batches == 1
            ? new int[] {left.rows(), right.columns()}
            : new int[] {batches, left.rows(), right.columns()};
    return fused(
        post -> new Recipe.Product(batches, left, right, post).in(precision),
        true,
        then,
        dims,
        out,
        a.address(),
        b.address(),
        out.address());
  }

  /** As {@link Primitives.Fuser} says. */
  private Kernel fused(
      Function<List<PostOp>, Recipe> recipe,
      boolean slopes,
      List<Step> steps,
      int[] dims,
      Tensor out,
      long... addresses) {
    List<PostOp> post = new ArrayList<>();
    long[] all = Arrays.copyOf(addresses, addresses.length + steps.size());
    int arguments = addresses.length;
    int done = 0;
    for (; done < Math.min(MOST_STEPS, steps.size()); done++) {
      Step step = steps.get(done);
      PostOp next = PostOp.of(step, out, dims);
      if (next == null || (next instanceof PostOp.Slope && !slopes)) {
        break;
      }
      post.add(next);
      if (step instanceof Step.Two two) {
        all[arguments++] = two.operand().address();
      } else if (next instanceof PostOp.Slope && step instanceof Step.One one) {
        all[arguments++] = scalar((float) one.parameter()).address();
      }
    }
    Kernel first = bound(recipe.apply(List.copyOf(post)), Arrays.copyOf(all, arguments));
    return then(first, out, steps.subList(done, steps.size()));
  }

  private static Layout layout(Tensor matrix, boolean transposed) {
    Layout layout = Layout.rowMajor(matrix.shape().dim(-2), matrix.shape().dim(-1));
    return transposed ? layout.transposed() : layout;
  }

  /** The primitive of a recipe over given memory. */
  private Kernel bound(Recipe recipe, long... addresses) {
    return new Bound(primitives, recipe, addresses);
  }

  @Override
  public Kernel unary(Unary function, double parameter, Tensor x, Tensor out) {
    return unary(function, parameter, x, out, List.of());
  }

  @Override
  public Kernel unary(Unary function, double parameter, Tensor x, Tensor out, List<Step> then) {
    if (!isNative(out)) {
      return then(plain.unary(function, parameter, x, out), out, then);
    }
    return switch (function) {
      case SCALE -> withScalar(dnnl_binary_mul, x, parameter, out, then);
      case SHIFT -> withScalar(dnnl_binary_add, x, parameter, out, then);
      case SQUARE -> pairwise(dnnl_binary_mul, same(out), x.address(), x.address(), out, then);
      // The gradient's primitive, because the function's own turns NaN to 0 where the slope is 0.
      case LEAKY_RELU -> then(leakyReluGradient(parameter, x, x, out), out, then);
      case TANH -> pointwise(dnnl_eltwise_tanh, x, out, then);
      case SIGMOID -> pointwise(dnnl_eltwise_logistic, x, out, then);
      case POWER, INVERSE_ROOT -> then(plain.unary(function, parameter, x, out), out, then);
      default -> then(inChunks(function, (float) parameter, x, out), out, then);
    };
  }

  private Kernel inChunks(Unary function, float parameter, Tensor x, Tensor out) {
    int size = out.size();
    return () -> {
      float[] chunk = scratch.floats(0, FloatFunctions.CHUNK);
      for (int from = 0; from < size; from += FloatFunctions.CHUNK) {
        int length = Math.min(FloatFunctions.CHUNK, size - from);
        x.read(from, chunk, 0, length);
        functions.apply(function, parameter, chunk, length);
        out.write(from, chunk, 0, length);
      }
    };
  }

  /** Alone: with steps behind it, oneDNN approximates functions by other code. */
  private Kernel pointwise(int algorithm, Tensor x, Tensor out, List<Step> then) {
    Recipe recipe = new Recipe.Pointwise(algorithm, out.size());
    return then(bound(recipe, x.address(), out.address()), out, then);
  }

  private Kernel leakyReluGradient(double slope, Tensor x, Tensor dy, Tensor out) {
    Recipe recipe = new Recipe.LeakyReluGradient((float) slope, out.size());
    return bound(recipe, x.address(), dy.address(), out.address());
  }

  /** Takes the number as data: as an attribute, each would need a primitive of its own. */
  private Kernel withScalar(int algorithm, Tensor x, double number, Tensor out, List<Step> then) {
    Spread spread = new Spread(1, out.size(), 1, 1);
    long scalar = scalar((float) number).address();
    return pairwise(algorithm, spread, x.address(), scalar, out, then);
  }

  /** Numbers that kernels take as data; they stay where they are as long as these kernels do. */
  private FloatPointer scalar(float number) {
    return scalars.computeIfAbsent(number, value -> new FloatPointer(1).put(value));
  }

  private Kernel pairwise(
      int algorithm, Spread second, long a, long b, Tensor out, List<Step> then) {
    return fused(
        post -> new Recipe.Pairwise(algorithm, second, post),
        false,
        then,
        new int[] {second.rows(), second.columns()},
        out,
        a,
        b,
        out.address());
  }

  private static Spread same(Tensor tensor) {
    return new Spread(1, tensor.size(), 1, tensor.size());
  }

  @Override
  public Kernel binary(Binary function, double parameter, Tensor a, Tensor b, Tensor out) {
    return binary(function, parameter, a, b, out, List.of());
  }

  @Override
  public Kernel binary(
      Binary function, double parameter, Tensor a, Tensor b, Tensor out, List<Step> then) {
    boolean alike = a.size() == out.size() && b.size() == out.size();
    if (!isNative(out) || (function == Binary.LEAKY_RELU_GRADIENT && !alike)) {
      return then(plain.binary(function, parameter, a, b, out), out, then);
    }
    return switch (function) {
      case ADD -> commutative(function, dnnl_binary_add, a, b, out, then);
      case MULTIPLY -> commutative(function, dnnl_binary_mul, a, b, out, then);
      case SUBTRACT -> stretching(function, dnnl_binary_sub, a, b, out, then);
      case DIVIDE -> stretching(function, dnnl_binary_div, a, b, out, then);
      case LEAKY_RELU_GRADIENT -> then(leakyReluGradient(parameter, a, b, out), out, then);
      case MAXIMUM, MINIMUM, GREATER, GREATER_OR_EQUAL, EQUAL ->
          then(inPairs(function, a, b, out), out, then);
    };
  }

  private Kernel inPairs(Binary function, Tensor a, Tensor b, Tensor out) {
    Spread second = Spread.of(b.shape(), out.shape());
    if (second == null) {
      return plain.binary(function, 0, a, b, out);
    }
    if (a.size() == out.size()) {
      return pairs.of(function, a, b, second, out);
    }
    Kernel stretch = broadcastTo(a, out);
    Kernel combine = pairs.of(function, out, b, second, out);
    return () -> {
      stretch.run();
      combine.run();
    };
  }

  private Kernel commutative(
      Binary function, int algorithm, Tensor a, Tensor b, Tensor out, List<Step> then) {
    boolean swap = a.size() != out.size();
    return stretching(function, algorithm, swap ? b : a, swap ? a : b, out, then);
  }

  /** oneDNN stretches the second operand well; the first is stretched into the output. */
  private Kernel stretching(
      Binary function, int algorithm, Tensor a, Tensor b, Tensor out, List<Step> then) {
    Spread second = Spread.of(b.shape(), out.shape());
    if (second == null) {
      return then(plain.binary(function, 0, a, b, out), out, then);
    }
    if (a.size() == out.size()) {
      return pairwise(algorithm, second, a.address(), b.address(), out, then);
    }
    Kernel stretch = broadcastTo(a, out);
    Kernel combine = pairwise(algorithm, second, out.address(), b.address(), out, then);
    return () -> {
      stretch.run();
      combine.run();
    };
  }

  /**
   * A sum is a product with ones; long ones go in blocks whose sums are added in double precision.
   */
  @Override
  public Kernel sumTo(Tensor x, Tensor out) {
    Spread spread = Spread.of(out.shape(), x.shape());
    if (!isNative(out) || x.size() == 0 || spread == null) {
      return plain.sumTo(x, out);
    }
    return spread.isSame() ? () -> out.copyFrom(x) : sum(x, spread, out);
  }

  private Kernel sum(Tensor x, Spread spread, Tensor out) {
    int length = spread.repeatsRows() ? spread.rows() : spread.columns();
    if (length <= SUM_BLOCK) {
      return blockSum(x, spread, 0, length, out);
    }
    Kernel[] blocks = new Kernel[(length + SUM_BLOCK - 1) / SUM_BLOCK];
    for (int i = 0; i < blocks.length; i++) {
      int from = i * SUM_BLOCK;
      blocks[i] = blockSum(x, spread, from, Math.min(SUM_BLOCK, length - from), out);
    }
    return () -> {
      double[] total = scratch.zeros(0, out.size());
      for (Kernel block : blocks) {
        block.run();
        double[] part = scratch.doubles(1, out);
        for (int i = 0; i < out.size(); i++) {
          total[i] += part[i];
        }
      }
      out.write(0, total, out.size());
    };
  }

  /** The sums over {@code count} numbers from a place on. */
  private Kernel blockSum(Tensor x, Spread spread, int from, int count, Tensor out) {
    int columns = spread.columns();
    boolean overRows = spread.repeatsRows();
    long start = x.address() + (long) Float.BYTES * from * (overRows ? columns : 1);
    if (overRows) {
      Layout block = Layout.rowMajor(count, columns);
      Recipe sums = new Recipe.Product(1, Layout.rowMajor(1, count), block);
      return bound(sums, ones.address(), start, out.address());
    }
    Layout block = new Layout(spread.rows(), count, columns, 1);
    Recipe sums = new Recipe.Product(1, block, Layout.rowMajor(count, 1));
    return bound(sums, start, ones.address(), out.address());
  }

  @Override
  public Kernel broadcastTo(Tensor x, Tensor out) {
    Spread spread = Spread.of(x.shape(), out.shape());
    if (!isNative(out) || spread == null) {
      return plain.broadcastTo(x, out);
    } else if (spread.isSame()) {
      return () -> out.copyFrom(x);
    } else if (spread.repeatsRows()) {
      return repeatRow(x, spread.rows(), out);
    } else {
      return repeatNumbers(x, spread.columns(), out);
    }
  }

  private static Kernel repeatRow(Tensor row, int times, Tensor out) {
    ByteBuffer from = row.block().buffer();
    ByteBuffer to = out.block().buffer();
    int bytes = row.size() * Float.BYTES;
    return () -> {
      for (int i = 0; i < times; i++) {
        to.put(i * bytes, from, 0, bytes);
      }
    };
  }

  private Kernel repeatNumbers(Tensor column, int times, Tensor out) {
    int size = column.size();
    return () -> {
      float[] numbers = scratch.floats(0, column);
      float[] block = scratch.floats(1, FILL_BLOCK);
      for (int i = 0; i < size; i++) {
        Arrays.fill(block, 0, Math.min(FILL_BLOCK, times), numbers[i]);
        for (int from = 0; from < times; from += FILL_BLOCK) {
          out.write(i * times + from, block, 0, Math.min(FILL_BLOCK, times - from));
        }
      }
    };
  }

  @Override
  public Kernel softmax(Tensor x, Tensor out) {
    return isNative(out) ? softmax.softmax(x, out) : plain.softmax(x, out);
  }

  @Override
  public Kernel logSoftmax(Tensor x, Tensor out) {
    return isNative(out) ? softmax.logSoftmax(x, out) : plain.logSoftmax(x, out);
  }

  @Override
  public Kernel softmaxCrossEntropy(Tensor logits, Tensor labels, Tensor out) {
    return isNative(out)
        ? softmax.crossEntropy(logits, labels, out)
        : plain.softmaxCrossEntropy(logits, labels, out);
  }

  @Override
  public Kernel oneHot(Tensor labels, Tensor out) {
    return plain.oneHot(labels, out);
  }

  @Override
  public Kernel dropoutMask(RandomDraw draw, double rate, Tensor out) {
    return plain.dropoutMask(draw, rate, out);
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
    return plain.gaussian(draw, out);
  }

  @Override
  public Selections selections() {
    return selections;
  }

  @Override
  public Movement movement() {
    return movement;
  }

  @Override
  public GroupNormalization groupNormalization() {
    return new FloatGroupNormalization(scratch, plain.groupNormalization());
  }

  @Override
  public BatchNormalization batchNormalization() {
    return batchNormalization;
  }

  @Override
  public Convolutions convolutions() {
    return convolutions;
  }

  @Override
  public Pooling pooling() {
    return pooling;
  }

  private static boolean isNative(Tensor out) {
    return out.dtype() == DType.FLOAT32 && out.size() > 0;
  }

  /** How many primitives are kept. */
  int primitives() {
    return primitives.size();
  }

  /** How many of them compute with all threads. */
  public long widePrimitives() {
    return primitives.wide();
  }

  @Override
  public void close() {
    primitives.close();
    openMp.close();
    ones.close();
    sum.close();
    batchNormalization.close();
    scalars.values().forEach(FloatPointer::close);
    scalars.clear();
  }
}
