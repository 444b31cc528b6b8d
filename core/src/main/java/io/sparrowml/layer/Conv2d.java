package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.initializer.Initializer;
import io.sparrowml.initializer.XavierUniform;
import io.sparrowml.initializer.Zeros;
import io.sparrowml.op.Value;
import io.sparrowml.regularizer.None;
import io.sparrowml.regularizer.Regularizer;
import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Window;
import java.util.List;

/**
 * A convolution of images: {@code activation(x * kernel + bias)}, {@code [n, height, width,
 * channels] -> [n, positions, positions, filters]} (LeCun et al., 1989; a cross-correlation, as in
 * Keras and PyTorch).
 *
 * @param filters how many outputs a position
 * @param size of the windows: a number, or height and width
 * @param stride from one window to the next, 1 unless given: a number, or along height and width
 * @param padding {@code valid} unless given; see {@link Padding} for where PyTorch differs
 * @param dilation from one place in a window to the next, 1 unless given
 * @param groups how many parts the channels are cut into, each filter seeing one of them; 1 unless
 *     given, as many as channels for a depthwise convolution
 * @param activation what is applied to the sums, {@code linear} unless given
 * @param kernel how {@code kernel [height, width, channels / groups, filters]} starts, {@code
 *     xavier-uniform} unless given, as in Keras (PyTorch starts uniform within {@code 1 /
 *     sqrt(fanIn)})
 * @param bias how {@code bias [filters]} starts, {@code zeros} unless given
 * @param useBias whether there is a bias, true unless given
 * @param regularizer the penalty on the kernel, {@code none} unless given
 */
public record Conv2d(
    int filters,
    List<Integer> size,
    @Default("1") List<Integer> stride,
    @Default("valid") Padding padding,
    @Default("1") List<Integer> dilation,
    @Default("1") int groups,
    @Default("linear") Activation activation,
    @Default("xavier-uniform") Initializer kernel,
    @Default("zeros") Initializer bias,
    @Default("true") boolean useBias,
    @Default("none") Regularizer regularizer)
    implements Layer {

  /** Checks the numbers. */
  public Conv2d {
    Ranges.atLeastOne("filters", filters);
    Ranges.atLeastOne("groups", groups);
    size = PerAxis.checked("size", size, 2, 1);
    stride = PerAxis.checked("stride", stride, 2, 1);
    dilation = PerAxis.checked("dilation", dilation, 2, 1);
  }

  /** A convolution with square windows and the default start. */
  public Conv2d(int filters, int size, int stride, Padding padding, Activation activation) {
    this(
        filters,
        List.of(size),
        List.of(stride),
        padding,
        List.of(1),
        1,
        activation,
        new XavierUniform(),
        new Zeros(),
        true,
        new None());
  }

  /** A convolution that keeps height and width, with square windows and the default start. */
  public Conv2d(int filters, int size, Activation activation) {
    this(filters, size, 1, Padding.SAME, activation);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    PerAxis.images("conv2d", x.shape());
    p.setMask(null);
    int channels = x.shape().dim(3);
    check("conv2d", channels, filters, groups);
    Convolution how =
        new Convolution(window(x.shape().dim(1), 0), window(x.shape().dim(2), 1), groups);
    Shape shape = Shape.of(how.height().size(), how.width().size(), channels / groups, filters);
    Value y = x.conv2d(p.get("kernel", shape, kernel, regularizer), how);
    return activation.of(useBias ? y.add(p.get("bias", Shape.of(filters), bias)) : y);
  }

  private Window window(int extent, int axis) {
    return padding.window(
        extent, PerAxis.get(size, axis), PerAxis.get(stride, axis), PerAxis.get(dilation, axis));
  }

  /** Checks that groups divide what they cut. */
  static void check(String layer, int channels, int filters, int groups) {
    if (channels % groups != 0 || filters % groups != 0) {
      throw new ShapeException(
          "%s expects channels and filters that %d groups divide, got %d and %d"
              .formatted(layer, groups, channels, filters));
    }
  }
}
