package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import java.util.List;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;

/**
 * A factor and a term for each channel of {@code x [rows, channels]}: {@code x, factors, terms,
 * out}. It is a convolution of windows of one place, each channel a group, which unlike oneDNN's
 * products of numbers with channels goes over memory once, with all steps.
 *
 * @param channels by the sixteen, so that the factors lie one behind the other in every layout
 * @param then steps on the result; their operands come behind it
 */
record AffineRecipe(int rows, int channels, List<PostOp> then) implements Recipe {
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
        convolution_forward.primitive_desc plan =
            new convolution_forward.primitive_desc(
                cpu,
                dnnl_forward_training,
                dnnl_convolution_direct,
                x,
                anyhow,
                terms,
                x,
                Images.both(1, 1),
                Images.both(0, 0),
                Images.both(0, 0),
                Images.both(0, 0),
                attributes,
                false);
        memory.desc factors = plan.weights_desc()) {
      return PostOp.operands(
          inTheirOrder,
          new Primitive(new convolution_forward(plan), cpu)
              .takes(DNNL_ARG_SRC, x)
              .takes(DNNL_ARG_WEIGHTS, factors)
              .takes(DNNL_ARG_BIAS, terms)
              .takes(DNNL_ARG_DST, x));
    }
  }
}
