package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import io.sparrowml.tensor.Convolution;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.jspecify.annotations.Nullable;

/**
 * A convolution or its gradients. Images lie as they are; oneDNN chooses how the kernel lies, which
 * is copied to and from there.
 *
 * @param part forward: {@code x, kernel, y}; gradient of the input: {@code dy, kernel, dx};
 *     gradient of the kernel: {@code x, dy, dKernel}
 * @param n images
 * @param height of {@code x}
 * @param width of {@code x}
 * @param channels of {@code x}
 * @param filters channels of {@code y}
 * @param precision in which numbers are multiplied
 * @param then steps on the result; their operands come behind it
 */
record ConvolutionRecipe(
    Part part,
    Convolution how,
    int n,
    int height,
    int width,
    int channels,
    int filters,
    Precision precision,
    List<PostOp> then)
    implements Weighted {

  private static final int FEW_CHANNELS = 3;

  /** How the names of direct implementations begin. */
  private static final String DIRECT = "jit:";

  /** What is computed. */
  enum Part {
    FORWARD,
    INPUT_GRADIENT,
    KERNEL_GRADIENT
  }

  @Override
  public long work() {
    long positions = (long) how.height().positions(height) * how.width().positions(width);
    long taps = (long) how.height().size() * how.width().size() * channels / how.groups();
    long results =
        switch (part) {
          case FORWARD -> n * positions * filters;
          case INPUT_GRADIENT -> (long) n * height * width * channels;
          case KERNEL_GRADIENT -> taps * filters;
        };
    return Recipe.work(results, n * positions * filters * taps);
  }

  @Override
  public Compiled make(engine cpu, boolean packed) {
    try (memory.desc x = x(factors());
        memory.desc y = y(part == Part.FORWARD ? memory.data_type.f32 : factors());
        memory.desc kernel = kernel(factors(), memory.format_tag.any);
        convolution_forward.primitive_desc forward = forward(cpu, x, kernel, y)) {
      return switch (part) {
        case FORWARD -> forward(cpu, forward, packed, x, y);
        case INPUT_GRADIENT -> inputGradient(cpu, forward, kernel, y);
        case KERNEL_GRADIENT -> kernelGradient(cpu, forward, x, y);
      };
    }
  }

  /** Those of convolutions; their gradients are for training, where kernels change. */
  @Override
  public memory.@Nullable desc weights() {
    return part == Part.FORWARD && !rounds() ? kernel() : null;
  }

  @Override
  public memory.desc packed(engine cpu) {
    try (memory.desc x = x(memory.data_type.f32);
        memory.desc y = y(memory.data_type.f32);
        memory.desc kernel = kernel(memory.data_type.f32, memory.format_tag.any);
        convolution_forward.primitive_desc plan = forward(cpu, x, kernel, y)) {
      return plan.weights_desc();
    }
  }

  private boolean rounds() {
    return precision == Precision.BFLOAT16;
  }

  private memory.data_type factors() {
    return rounds() ? memory.data_type.bf16 : memory.data_type.f32;
  }

  private memory.desc x(memory.data_type type) {
    return Images.numbers(type, n, height, width, channels);
  }

  private memory.desc y(memory.data_type type) {
    return Images.numbers(
        type, n, how.height().positions(height), how.width().positions(width), filters);
  }

  private Epilogue epilogue() {
    return Epilogue.ofConvolution(then, filters);
  }

  /**
   * How oneDNN computes the convolution. What it offers first multiplies matrices that are as wide
   * as there are channels; of few channels, its direct implementation takes half of the time.
   */
  private convolution_forward.primitive_desc forward(
      engine cpu, memory.desc x, memory.desc kernel, memory.desc y) {
    convolution_forward.primitive_desc plan = first(cpu, x, kernel, y);
    if (part != Part.FORWARD
        || channels > FEW_CHANNELS
        || how.groups() > 1
        || Recipe.advance(plan, DIRECT)) {
      return plan;
    }
    plan.close();
    return first(cpu, x, kernel, y);
  }

  private convolution_forward.primitive_desc first(
      engine cpu, memory.desc x, memory.desc kernel, memory.desc y) {
    Epilogue epilogue = epilogue();
    try (memory.desc bias = epilogue.layout();
        primitive_attr attributes = epilogue.attributes()) {
      return new convolution_forward.primitive_desc(
          cpu,
          dnnl_forward_training,
          dnnl_convolution_direct,
          x,
          kernel,
          bias,
          y,
          strides(),
          dilations(),
          before(),
          after(),
          attributes,
          false);
    }
  }

  private long[] strides() {
    return Images.both(how.height().stride(), how.width().stride());
  }

  /** oneDNN counts the places between. */
  private long[] dilations() {
    return Images.both(how.height().dilation() - 1, how.width().dilation() - 1);
  }

  private long[] before() {
    return Images.both(how.height().before(), how.width().before());
  }

  private long[] after() {
    return Images.both(how.height().after(), how.width().after());
  }

  private Compiled forward(
      engine cpu,
      convolution_forward.primitive_desc plan,
      boolean packed,
      memory.desc x,
      memory.desc y) {
    try (memory.desc chosen = plan.weights_desc()) {
      Primitive main =
          new Primitive(new convolution_forward(plan), cpu)
              .takes(DNNL_ARG_SRC, x)
              .takes(DNNL_ARG_WEIGHTS, chosen)
              .takes(DNNL_ARG_DST, y);
      epilogue().operands(main);
      if (rounds()) {
        try (memory.desc given = x(memory.data_type.f32)) {
          return rounding(cpu, main, given, x, chosen);
        }
      }
      return packed ? main : reading(cpu, chosen, main);
    }
  }

  private Compiled inputGradient(
      engine cpu, convolution_forward.primitive_desc forward, memory.desc kernel, memory.desc y) {
    try (memory.desc x = x(memory.data_type.f32);
        memory.desc given = y(memory.data_type.f32);
        convolution_backward_data.primitive_desc plan =
            new convolution_backward_data.primitive_desc(
                cpu,
                dnnl_convolution_direct,
                x,
                kernel,
                y,
                strides(),
                dilations(),
                before(),
                after(),
                forward);
        memory.desc chosen = plan.weights_desc()) {
      Primitive main =
          new Primitive(new convolution_backward_data(plan), cpu)
              .takes(DNNL_ARG_DIFF_DST, y)
              .takes(DNNL_ARG_WEIGHTS, chosen)
              .takes(DNNL_ARG_DIFF_SRC, x);
      return rounds() ? rounding(cpu, main, given, y, chosen) : reading(cpu, chosen, main);
    }
  }

  private Compiled kernelGradient(
      engine cpu, convolution_forward.primitive_desc forward, memory.desc x, memory.desc y) {
    try (memory.desc kernel = kernel(memory.data_type.f32, memory.format_tag.any);
        memory.desc givenX = x(memory.data_type.f32);
        memory.desc givenY = y(memory.data_type.f32);
        convolution_backward_weights.primitive_desc plan =
            new convolution_backward_weights.primitive_desc(
                cpu,
                dnnl_convolution_direct,
                x,
                kernel,
                y,
                strides(),
                dilations(),
                before(),
                after(),
                forward);
        memory.desc chosen = plan.diff_weights_desc()) {
      Primitive main =
          new Primitive(new convolution_backward_weights(plan), cpu)
              .takes(DNNL_ARG_SRC, x)
              .takes(DNNL_ARG_DIFF_DST, y)
              .takes(DNNL_ARG_DIFF_WEIGHTS, chosen);
      Compiled written = writing(cpu, chosen, main);
      return rounds()
          ? Stages.rounding(cpu, written, main.arguments(), givenX, x, givenY, y)
          : written;
    }
  }

  /** A primitive whose image and whose kernel, the second argument, are rounded before it runs. */
  private Compiled rounding(
      engine cpu, Primitive main, memory.desc given, memory.desc image, memory.desc chosen) {
    try (memory.desc plain = kernel()) {
      return Stages.rounding(cpu, main, main.arguments(), given, image, plain, chosen);
    }
  }

  /** A primitive whose kernel, the second argument, is copied to where it is read. */
  private Compiled reading(engine cpu, memory.desc chosen, Primitive main) {
    try (memory.desc plain = kernel()) {
      if (chosen.equals(plain)) {
        return main;
      }
      int arguments = main.arguments();
      Stages stages = new Stages(arguments);
      int own = stages.own(cpu, chosen);
      int[] places = IntStream.range(0, arguments).map(i -> i == 1 ? own : i).toArray();
      return stages.add(Weighted.copy(cpu, plain, chosen), 1, own).add(main, places);
    }
  }

  /** A primitive whose kernel, the last of three arguments, is copied from where it is written. */
  private Compiled writing(engine cpu, memory.desc chosen, Primitive main) {
    try (memory.desc plain = kernel()) {
      if (chosen.equals(plain)) {
        return main;
      }
      Stages stages = new Stages(main.arguments());
      int own = stages.own(cpu, chosen);
      return stages.add(main, 0, 1, own).add(Weighted.copy(cpu, chosen, plain), own, 2);
    }
  }

  /** The kernel's axes in oneDNN's order: groups where there are some, outputs, inputs, space. */
  private long[] extents() {
    long in = channels / how.groups();
    long out = filters / how.groups();
    int height = how.height().size();
    int width = how.width().size();
    return how.groups() == 1
        ? new long[] {out, in, height, width}
        : new long[] {how.groups(), out, in, height, width};
  }

  private memory.desc kernel(memory.data_type type, memory.format_tag format) {
    return new memory.desc(extents(), type, format);
  }

  /** The kernel as it lies in a tensor, {@code [height, width, channels / groups, filters]}. */
  private memory.desc kernel() {
    long tap = (long) channels / how.groups() * filters;
    long row = how.width().size() * tap;
    long[] strides =
        how.groups() == 1
            ? new long[] {1, filters, row, tap}
            : new long[] {filters / how.groups(), 1, filters, row, tap};
    return new memory.desc(extents(), memory.data_type.f32, strides);
  }
}
