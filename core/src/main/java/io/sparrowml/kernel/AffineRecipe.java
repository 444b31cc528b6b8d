package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import java.util.List;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;

/**
 * A factor and a term for each channel of {@code x [rows, channels]}: {@code x, factors, terms,
 * out}; or the gradients with respect to these, which are sums over the rows of {@code x dy} and of
 * {@code dy}: {@code x, dy, sums, sums}.
 *
 * <p>It is a convolution of windows of one place, each channel a group, which unlike oneDNN's
 * products of numbers with channels goes over memory once, with all steps.
 *
 * @param channels by the sixteen, so that the factors lie one behind the other in every layout
 * @param then steps on the result; their operands come behind it
 */
record AffineRecipe(Part part, int rows, int channels, List<PostOp> then) implements Recipe {

  /** What is computed. */
  enum Part {
    RESULT,
    SUMS
  }

  /** Sums of whole columns would be cut by more threads. */
  @Override
  public long work() {
    return part == Part.SUMS ? 0 : (long) rows * channels;
  }

  @Override
  public Compiled make(engine cpu) {
    List<PostOp> inTheirOrder = then.stream().map(PostOp::channelsLast).toList();
    try (memory.desc x = Images.floats(1, 1, rows, channels);
        memory.desc anyhow =
            new memory.desc(
                new long[] {channels, 1, 1, 1, 1}, memory.data_type.f32, memory.format_tag.any);
        memory.desc terms =
            new memory.desc(new long[] {channels}, memory.data_type.f32, new long[] {1});
        primitive_attr attributes = PostOp.attributes(inTheirOrder);
        convolution_forward.primitive_desc plan = plan(cpu, x, anyhow, terms, attributes)) {
      return part == Part.SUMS
          ? sums(cpu, x, anyhow, terms, plan)
          : PostOp.operands(inTheirOrder, result(cpu, x, terms, plan));
    }
  }

  private static convolution_forward.primitive_desc plan(
      engine cpu, memory.desc x, memory.desc factors, memory.desc terms, primitive_attr steps) {
    return new convolution_forward.primitive_desc(
        cpu,
        dnnl_forward_training,
        dnnl_convolution_direct,
        x,
        factors,
        terms,
        x,
        Images.both(1, 1),
        Images.both(0, 0),
        Images.both(0, 0),
        Images.both(0, 0),
        steps,
        false);
  }

  private static Primitive result(
      engine cpu, memory.desc x, memory.desc terms, convolution_forward.primitive_desc plan) {
    try (memory.desc factors = plan.weights_desc()) {
      return new Primitive(new convolution_forward(plan), cpu)
          .takes(DNNL_ARG_SRC, x)
          .takes(DNNL_ARG_WEIGHTS, factors)
          .takes(DNNL_ARG_BIAS, terms)
          .takes(DNNL_ARG_DST, x);
    }
  }

  private static Primitive sums(
      engine cpu,
      memory.desc x,
      memory.desc anyhow,
      memory.desc terms,
      convolution_forward.primitive_desc forward) {
    try (convolution_backward_weights.primitive_desc plan =
            new convolution_backward_weights.primitive_desc(
                cpu,
                dnnl_convolution_direct,
                x,
                anyhow,
                terms,
                x,
                Images.both(1, 1),
                Images.both(0, 0),
                Images.both(0, 0),
                Images.both(0, 0),
                forward);
        memory.desc factors = plan.diff_weights_desc()) {
      return new Primitive(new convolution_backward_weights(plan), cpu)
          .takes(DNNL_ARG_SRC, x)
          .takes(DNNL_ARG_DIFF_DST, x)
          .takes(DNNL_ARG_DIFF_WEIGHTS, factors)
          .takes(DNNL_ARG_DIFF_BIAS, terms);
    }
  }
}
