package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import java.util.List;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.reorder;
import org.jspecify.annotations.Nullable;

/**
 * What an oneDNN primitive is made from. Equal recipes make equal primitives, so a recipe is also
 * the key under which its primitive is kept.
 */
interface Recipe {
  /** Results below which an order of additions may not show. */
  int FEW = 1024;

  /** Multiplications that take about as long as to read or write a number. */
  int MULTIPLICATIONS = 64;

  /** Makes the primitive. */
  Compiled make(engine cpu);

  /**
   * How much there is to do, about, in numbers read or written; 0 for what stays on one thread
   * however much it is.
   */
  default long work() {
    return 0;
  }

  /** The work of so many multiplications for so many results. */
  static long work(long results, long multiplications) {
    return results < FEW ? 0 : Math.max(results, multiplications / MULTIPLICATIONS);
  }

  /**
   * A function of each number: {@code x, out}.
   *
   * @param algorithm one of oneDNN's {@code dnnl_eltwise_*}
   */
  record Pointwise(int algorithm, int size) implements Recipe {
    @Override
    public long work() {
      return size;
    }

    @Override
    public Primitive make(engine cpu) {
      try (memory.desc layout = floats(1, size);
          eltwise_forward.primitive_desc plan =
              new eltwise_forward.primitive_desc(
                  cpu, dnnl_forward_training, algorithm, layout, layout)) {
        return new Primitive(new eltwise_forward(plan), cpu)
            .takes(DNNL_ARG_SRC, layout)
            .takes(DNNL_ARG_DST, layout);
      }
    }
  }

  /** {@code x > 0 ? dy : slope dy}: {@code x, dy, out}. */
  record LeakyReluGradient(float slope, int size) implements Recipe {
    @Override
    public long work() {
      return size;
    }

    @Override
    public Primitive make(engine cpu) {
      try (memory.desc layout = floats(1, size);
          eltwise_forward.primitive_desc forward =
              new eltwise_forward.primitive_desc(
                  cpu, dnnl_forward_training, dnnl_eltwise_relu, layout, layout, slope);
          eltwise_backward.primitive_desc plan =
              new eltwise_backward.primitive_desc(
                  cpu, dnnl_eltwise_relu, layout, layout, layout, slope, forward)) {
        return new Primitive(new eltwise_backward(plan), cpu)
            .takes(DNNL_ARG_SRC, layout)
            .takes(DNNL_ARG_DIFF_DST, layout)
            .takes(DNNL_ARG_DIFF_SRC, layout);
      }
    }
  }

  /**
   * A function of pairs of numbers, the second stretched: {@code a, b, out}.
   *
   * @param algorithm one of oneDNN's {@code dnnl_binary_*}
   * @param second how {@code b} stretches to {@code a} and {@code out}
   * @param then steps on the result; their operands come behind {@code out}
   */
  record Pairwise(int algorithm, Spread second, List<PostOp> then) implements Recipe {
    @Override
    public long work() {
      return (long) second.rows() * second.columns();
    }

    @Override
    public Primitive make(engine cpu) {
      try (memory.desc full = floats(second.rows(), second.columns());
          memory.desc stretched = floats(second.fromRows(), second.fromColumns());
          primitive_attr attributes = PostOp.attributes(then);
          binary.primitive_desc plan =
              new binary.primitive_desc(cpu, algorithm, full, stretched, full, attributes, false)) {
        return PostOp.operands(
            then,
            new Primitive(new binary(plan), cpu)
                .takes(DNNL_ARG_SRC_0, full)
                .takes(DNNL_ARG_SRC_1, stretched)
                .takes(DNNL_ARG_DST, full));
      }
    }
  }

  /**
   * Matrix products, {@code batches} of them one behind the other: {@code a, b, out}.
   *
   * @param a how each left matrix lies
   * @param b how each right matrix lies
   * @param then steps on the result; their operands come behind {@code out}
   */
  record Product(int batches, Layout a, Layout b, List<PostOp> then) implements Weighted {
    /** What the other implementation's name begins with. */
    private static final String GEMM = "gemm";

    /** Beyond so many numbers of a matrix the other implementation is faster. */
    private static final int LARGE = 1 << 20;

    /** The same where the first does not use AVX-512. */
    private static final int LARGE_OF_NARROW = 1 << 18;

    /** With fewer rows, such as the one of a sum of columns, the first implementation stays. */
    private static final int FEW_ROWS = 16;

    /** Numbers of half a page of memory. */
    private static final int HALF_PAGE = 512;

    /** Without AVX-512, the least {@code rows columns / (rows + columns)} of gradients for it. */
    private static final int BROAD = 264;

    Product(int batches, Layout a, Layout b) {
      this(batches, a, b, List.of());
    }

    /** The same products, their factors in a precision. */
    Recipe in(Precision precision) {
      return precision == Precision.BFLOAT16 ? new HalfProduct(this) : this;
    }

    @Override
    public long work() {
      long results = (long) batches * a.rows() * b.columns();
      return Recipe.work(results, results * a.columns());
    }

    @Override
    public Primitive make(engine cpu, boolean packed) {
      try (memory.desc left = a.floats(batches);
          memory.desc result = Layout.rowMajor(a.rows(), b.columns()).floats(batches);
          matmul.primitive_desc plan =
              packed ? packed(cpu, left, result) : plain(cpu, left, result);
          memory.desc right = plan.weights_desc()) {
        return epilogue()
            .operands(
                new Primitive(new matmul(plan), cpu)
                    .takes(DNNL_ARG_SRC, left)
                    .takes(DNNL_ARG_WEIGHTS, right)
                    .takes(DNNL_ARG_DST, result));
      }
    }

    private matmul.primitive_desc packed(engine cpu, memory.desc left, memory.desc result) {
      try (memory.desc right = b.anyhow()) {
        return plan(cpu, left, right, result);
      }
    }

    /**
     * How oneDNN computes the products with the right matrices as they are. What it offers first
     * copies these a few columns at a time, which costs more than the multiplications once they are
     * large.
     */
    private matmul.primitive_desc plain(engine cpu, memory.desc left, memory.desc result) {
      try (memory.desc right = b.floats(batches)) {
        matmul.primitive_desc plan = plan(cpu, left, right, result);
        if (!prefersGemm(plan.impl_info_str().getString()) || advance(plan, GEMM)) {
          return plan;
        }
        plan.close();
        return plan(cpu, left, right, result);
      }
    }

    /**
     * Whether the right matrices, or the results that are gradients of weights, are so large.
     * Without AVX-512 the other implementation is slower where the rows of the right matrices lie
     * whole halves of a page apart, and for narrow gradients, whose factors it does not copy.
     *
     * @param first the implementation that oneDNN offers first
     */
    private boolean prefersGemm(String first) {
      if (b.columnStride() != 1 || a.rows() < FEW_ROWS) {
        return false;
      }
      boolean wide = first.contains("avx512");
      long limit = wide ? LARGE : LARGE_OF_NARROW;
      boolean isGradient = a.columnStride() != 1; // x' dy
      long results = (long) a.rows() * b.columns();
      return (b.size() > limit && (wide || b.columns() % HALF_PAGE != 0))
          || (isGradient
              && results >= limit
              && (wide || results / (a.rows() + b.columns()) >= BROAD));
    }

    /** How oneDNN computes the products of matrices that lie so. */
    matmul.primitive_desc plan(
        engine cpu, memory.desc left, memory.desc right, memory.desc result) {
      Epilogue epilogue = epilogue();
      try (memory.desc bias = epilogue.layout();
          primitive_attr attributes = epilogue.attributes()) {
        return new matmul.primitive_desc(cpu, left, right, bias, result, attributes, false);
      }
    }

    /** The steps as oneDNN takes them. */
    Epilogue epilogue() {
      return Epilogue.ofProduct(then, b.columns());
    }

    /** One matrix that all rows share; of several, each goes with a matrix of the other side. */
    @Override
    public memory.@Nullable desc weights() {
      return batches == 1 ? b.floats(1) : null;
    }

    @Override
    public memory.desc packed(engine cpu) {
      try (memory.desc left = a.floats(1);
          memory.desc result = Layout.rowMajor(a.rows(), b.columns()).floats(1);
          matmul.primitive_desc plan = packed(cpu, left, result)) {
        return plan.weights_desc();
      }
    }
  }

  /**
   * A copy between two ways of lying in memory: {@code x, out}.
   *
   * @param extents of the axes, each larger than 1
   * @param from strides of the source, in numbers
   * @param to strides of the target, in numbers
   */
  record Reorder(List<Integer> extents, List<Integer> from, List<Integer> to) implements Recipe {
    /** Whether it copies numbers that lie one behind the other on both sides. */
    boolean isRun() {
      return extents.isEmpty() || (extents.size() == 1 && from.get(0) == 1 && to.get(0) == 1);
    }

    @Override
    public long work() {
      return extents.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    }

    @Override
    public Primitive make(engine cpu) {
      try (memory.desc source = floats(extents, from);
          memory.desc target = floats(extents, to);
          reorder.primitive_desc plan = new reorder.primitive_desc(cpu, source, cpu, target)) {
        return new Primitive(new reorder(plan), cpu)
            .takes(DNNL_ARG_FROM, source)
            .takes(DNNL_ARG_TO, target);
      }
    }

    private static memory.desc floats(List<Integer> extents, List<Integer> strides) {
      return new memory.desc(
          extents.stream().mapToLong(extent -> extent).toArray(),
          memory.data_type.f32,
          strides.stream().mapToLong(stride -> stride).toArray());
    }
  }

  /**
   * How a matrix lies in memory.
   *
   * @param rowStride from a number to the one below it, in numbers
   * @param columnStride from a number to the one beside it, in numbers
   */
  record Layout(int rows, int columns, int rowStride, int columnStride) {
    /** One row behind the other. */
    static Layout rowMajor(int rows, int columns) {
      return new Layout(rows, columns, columns, 1);
    }

    /** How many numbers. */
    long size() {
      return (long) rows * columns;
    }

    /** The transposed matrix in the same memory. */
    Layout transposed() {
      return new Layout(columns, rows, columnStride, rowStride);
    }

    /** So many matrices of single precision, one behind the other. */
    memory.desc floats(int batches) {
      return numbers(batches, memory.data_type.f32);
    }

    /** The same of bfloat16. */
    memory.desc halves(int batches) {
      return dense().numbers(batches, memory.data_type.bf16);
    }

    /** A matrix of single precision that lies as oneDNN likes it best. */
    memory.desc anyhow() {
      return new memory.desc(
          new long[] {rows, columns}, memory.data_type.f32, memory.format_tag.any);
    }

    /** Without gaps, its rows or columns next to each other as they are here. */
    private Layout dense() {
      return columnStride == 1 ? rowMajor(rows, columns) : rowMajor(columns, rows).transposed();
    }

    private memory.desc numbers(int batches, memory.data_type type) {
      if (batches == 1) {
        return new memory.desc(
            new long[] {rows, columns}, type, new long[] {rowStride, columnStride});
      }
      return new memory.desc(
          new long[] {batches, rows, columns},
          type,
          new long[] {(long) rows * columns, rowStride, columnStride});
    }
  }

  /**
   * Goes on to an implementation behind those that oneDNN offers first.
   *
   * @param name what its name begins with
   * @return false where there is none; the plan is of no use then
   */
  static boolean advance(primitive_desc plan, String name) {
    do {
      if (plan.impl_info_str().getString().startsWith(name)) {
        return true;
      }
    } while (plan.next_impl());
    return false;
  }

  private static memory.desc floats(int rows, int columns) {
    return Layout.rowMajor(rows, columns).floats(1);
  }
}
