package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_div;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_sub;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_square;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_tanh;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.jspecify.annotations.Nullable;

/** A {@link Step} as oneDNN does it within another primitive, to the last bit as it does alone. */
sealed interface PostOp {
  /** Adds it to the others. */
  void appendTo(post_ops all);

  /** Where its operand goes, behind {@code DNNL_ARG_ATTR_MULTIPLE_POST_OP}; 0 where it has none. */
  int argument();

  /** How its operand lies. */
  memory.@Nullable desc operand();

  /**
   * The same for a result whose last axis comes second, as oneDNN's order of an image's axes is.
   */
  default PostOp channelsLast() {
    return this;
  }

  /**
   * A function of the number.
   *
   * @param algorithm one of oneDNN's {@code dnnl_eltwise_*}
   */
  record Pointwise(int algorithm, float alpha, float beta) implements PostOp {
    @Override
    public void appendTo(post_ops all) {
      all.append_eltwise(algorithm, alpha, beta);
    }

    @Override
    public int argument() {
      return 0;
    }

    @Override
    public memory.@Nullable desc operand() {
      return null;
    }
  }

  /**
   * A function of the number and another.
   *
   * @param algorithm one of oneDNN's {@code dnnl_binary_*}
   * @param dims of the operand, as many as the result has, each its extent or 1
   * @param ofImages whether the last of them is the second one of the primitive's result
   */
  record Pairwise(int algorithm, List<Integer> dims, boolean ofImages) implements PostOp {
    Pairwise(int algorithm, List<Integer> dims) {
      this(algorithm, dims, false);
    }

    /** Whether it adds one number to each of so many channels. */
    boolean isBias(int channels) {
      int last = dims.size() - 1;
      return algorithm == dnnl_binary_add
          && dims.get(last) == channels
          && dims.subList(0, last).stream().allMatch(dim -> dim == 1);
    }

    @Override
    public PostOp channelsLast() {
      return new Pairwise(algorithm, dims, true);
    }

    @Override
    public void appendTo(post_ops all) {
      try (memory.desc layout = layout()) {
        all.append_binary(algorithm, layout);
      }
    }

    @Override
    public int argument() {
      return DNNL_ARG_SRC_1;
    }

    @Override
    public memory.@Nullable desc operand() {
      return layout();
    }

    private memory.desc layout() {
      return ofImages ? Images.floats(dims) : rowMajor(dims);
    }
  }

  /**
   * {@code x > 0 ? x : slope x} with the slope as operand. oneDNN's other ReLU turns NaN into 0
   * where the slope is 0.
   */
  record Slope() implements PostOp {
    @Override
    public void appendTo(post_ops all) {
      all.append_prelu(0);
    }

    @Override
    public int argument() {
      return DNNL_ARG_WEIGHTS;
    }

    @Override
    public memory.@Nullable desc operand() {
      return rowMajor(List.of(1));
    }
  }

  /** Numbers one behind the other, the last axis first. */
  static memory.desc rowMajor(List<Integer> dims) {
    long[] extents = dims.stream().mapToLong(Integer::longValue).toArray();
    long[] strides = new long[extents.length];
    long stride = 1;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= extents[axis];
    }
    return new memory.desc(extents, memory.data_type.f32, strides);
  }

  /**
   * A step of a kernel whose result has these dims, or null where oneDNN has none for it.
   *
   * @param dims of the result as the primitive sees it; the last axis is the result's own, or a run
   *     of its last axes
   */
  static @Nullable PostOp of(Step step, Tensor out, int... dims) {
    if (step instanceof Step.One one) {
      float p = (float) one.parameter();
      return switch (one.function()) {
        case SCALE -> new Pointwise(dnnl_eltwise_linear, p, -0f); // -0 + -0 stays -0
        case SHIFT -> new Pointwise(dnnl_eltwise_linear, 1, p);
        case SQUARE -> new Pointwise(dnnl_eltwise_square, 0, 0);
        case TANH -> new Pointwise(dnnl_eltwise_tanh, 0, 0);
        case SIGMOID -> new Pointwise(dnnl_eltwise_logistic, 0, 0);
        case LEAKY_RELU -> new Slope();
        default -> null;
      };
    }
    Step.Two two = (Step.Two) step;
    Integer[] operand = operand(two.operand(), out, dims);
    if (operand == null) {
      return null;
    }
    return switch (two.function()) {
      case ADD -> new Pairwise(dnnl_binary_add, List.of(operand));
      case SUBTRACT -> new Pairwise(dnnl_binary_sub, List.of(operand));
      case MULTIPLY -> new Pairwise(dnnl_binary_mul, List.of(operand));
      case DIVIDE -> new Pairwise(dnnl_binary_div, List.of(operand));
      default -> null;
    };
  }

  private static Integer @Nullable [] operand(Tensor operand, Tensor out, int... dims) {
    Integer[] all = new Integer[dims.length];
    Spread spread = Spread.of(operand.shape(), out.shape());
    if (operand.size() == out.size()) {
      Arrays.setAll(all, axis -> dims[axis]);
    } else if (operand.size() == 1) {
      Arrays.fill(all, 1);
    } else if (spread != null
        && spread.repeatsRows()
        && spread.fromColumns() == dims[dims.length - 1]) {
      Arrays.setAll(all, axis -> axis == dims.length - 1 ? dims[axis] : 1);
    } else {
      return null;
    }
    return all;
  }

  /** Attributes of a primitive that does these behind its own work. */
  static primitive_attr attributes(List<PostOp> all) {
    primitive_attr attributes = new primitive_attr();
    if (!all.isEmpty()) {
      try (post_ops steps = new post_ops()) {
        all.forEach(each -> each.appendTo(steps));
        attributes.set_post_ops(steps);
      }
    }
    return attributes;
  }

  /** Adds the operands to the arguments of a primitive. */
  static Primitive operands(List<PostOp> all, Primitive primitive) {
    for (int i = 0; i < all.size(); i++) {
      try (memory.desc layout = all.get(i).operand()) {
        if (layout != null) {
          primitive.takes(
              DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (i + 1) | all.get(i).argument(), layout);
        }
      }
    }
    return primitive;
  }
}
