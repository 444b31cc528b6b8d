package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_exclude_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_max;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reduction_sum;

import io.sparrowml.tensor.Window;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.reduction;

/**
 * Averages and maxima of windows, and what propagates back through them.
 *
 * @param part average: {@code x, y}; maximum, beside which all numbers are added up: {@code x, y,
 *     sum}; gradient of the average: {@code dy, dx}; gradient of the maximum, whose places are
 *     worked out anew: {@code x, dy, dx}
 * @param n images
 * @param rows of {@code x}
 * @param columns of {@code x}
 * @param channels of both
 */
record PoolingRecipe(
    Part part, Window height, Window width, int n, int rows, int columns, int channels)
    implements Recipe {

  /** What is computed. */
  enum Part {
    AVERAGE,
    MAX,
    AVERAGE_GRADIENT,
    MAX_GRADIENT
  }

  /** The maximum stays on one thread for the sum beside it. */
  @Override
  public long work() {
    return part == Part.MAX ? 0 : (long) n * rows * columns * channels;
  }

  @Override
  public Compiled make(engine cpu) {
    try (memory.desc x = Images.floats(n, rows, columns, channels);
        memory.desc y =
            Images.floats(n, height.positions(rows), width.positions(columns), channels)) {
      return switch (part) {
        case AVERAGE -> average(cpu, x, y);
        case MAX -> max(cpu, x, y);
        case AVERAGE_GRADIENT -> averageGradient(cpu, x, y);
        case MAX_GRADIENT -> maxGradient(cpu, x, y);
      };
    }
  }

  private Primitive average(engine cpu, memory.desc x, memory.desc y) {
    try (pooling_forward.primitive_desc plan =
        forward(cpu, dnnl_forward_inference, dnnl_pooling_avg_exclude_padding, x, y)) {
      return new Primitive(new pooling_forward(plan), cpu)
          .takes(DNNL_ARG_SRC, x)
          .takes(DNNL_ARG_DST, y);
    }
  }

  private Compiled max(engine cpu, memory.desc x, memory.desc y) {
    int size = n * rows * columns * channels;
    try (pooling_forward.primitive_desc plan =
            forward(cpu, dnnl_forward_inference, dnnl_pooling_max, x, y);
        memory.desc all = Layout.rowMajor(1, size).floats(1);
        memory.desc one = Layout.rowMajor(1, 1).floats(1);
        reduction.primitive_desc sum =
            new reduction.primitive_desc(cpu, dnnl_reduction_sum, all, one, 0, 0)) {
      Primitive max =
          new Primitive(new pooling_forward(plan), cpu)
              .takes(DNNL_ARG_SRC, x)
              .takes(DNNL_ARG_DST, y);
      Primitive total =
          new Primitive(new reduction(sum), cpu).takes(DNNL_ARG_SRC, all).takes(DNNL_ARG_DST, one);
      return new Stages(3).add(max, 0, 1).add(total, 0, 2);
    }
  }

  private Primitive averageGradient(engine cpu, memory.desc x, memory.desc y) {
    int algorithm = dnnl_pooling_avg_exclude_padding;
    try (pooling_forward.primitive_desc forward =
            forward(cpu, dnnl_forward_training, algorithm, x, y);
        pooling_backward.primitive_desc plan = backward(cpu, algorithm, x, y, forward)) {
      return new Primitive(new pooling_backward(plan), cpu)
          .takes(DNNL_ARG_DIFF_DST, y)
          .takes(DNNL_ARG_DIFF_SRC, x);
    }
  }

  private Compiled maxGradient(engine cpu, memory.desc x, memory.desc y) {
    try (pooling_forward.primitive_desc forward =
            forward(cpu, dnnl_forward_training, dnnl_pooling_max, x, y);
        pooling_backward.primitive_desc plan = backward(cpu, dnnl_pooling_max, x, y, forward);
        memory.desc places = forward.workspace_desc()) {
      Primitive first =
          new Primitive(new pooling_forward(forward), cpu)
              .takes(DNNL_ARG_SRC, x)
              .takes(DNNL_ARG_DST, y)
              .takes(DNNL_ARG_WORKSPACE, places);
      Primitive second =
          new Primitive(new pooling_backward(plan), cpu)
              .takes(DNNL_ARG_DIFF_DST, y)
              .takes(DNNL_ARG_DIFF_SRC, x)
              .takes(DNNL_ARG_WORKSPACE, places);
      Stages stages = new Stages(3);
      int largest = stages.own(cpu, y);
      int workspace = stages.own(cpu, places);
      return stages.add(first, 0, largest, workspace).add(second, 1, 2, workspace);
    }
  }

  private pooling_forward.primitive_desc forward(
      engine cpu, int propagation, int algorithm, memory.desc x, memory.desc y) {
    return new pooling_forward.primitive_desc(
        cpu, propagation, algorithm, x, y, strides(), sizes(), dilations(), before(), after());
  }

  private pooling_backward.primitive_desc backward(
      engine cpu,
      int algorithm,
      memory.desc x,
      memory.desc y,
      pooling_forward.primitive_desc forward) {
    return new pooling_backward.primitive_desc(
        cpu, algorithm, x, y, strides(), sizes(), dilations(), before(), after(), forward);
  }

  private long[] sizes() {
    return Images.both(height.size(), width.size());
  }

  private long[] strides() {
    return Images.both(height.stride(), width.stride());
  }

  /** oneDNN counts the places between. */
  private long[] dilations() {
    return Images.both(height.dilation() - 1, width.dilation() - 1);
  }

  private long[] before() {
    return Images.both(height.before(), width.before());
  }

  private long[] after() {
    return Images.both(height.after(), width.after());
  }
}
