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
import io.sparrowml.tensor.Window;
import java.util.List;

/**
 * A convolution of each channel by itself, and then of the channels at each position: {@code
 * activation(x * depthwise * pointwise + bias)}, {@code [n, height, width, channels] -> [n,
 * positions, positions, filters]} (Sifre, 2014; Chollet, <em>Xception</em>, 2017).
 *
 * @param filters how many outputs a position
 * @param size of the windows: a number, or height and width
 * @param stride from one window to the next, 1 unless given: a number, or along height and width
 * @param padding {@code valid} unless given; see {@link Padding} for where PyTorch differs
 * @param dilation from one place in a window to the next, 1 unless given
 * @param depthMultiplier how many outputs the first convolution has a channel, 1 unless given
 * @param activation what is applied to the sums, {@code linear} unless given
 * @param kernel how {@code depthwise [height, width, 1, channels depthMultiplier]} and {@code
 *     pointwise [1, 1, channels depthMultiplier, filters]} start, {@code xavier-uniform} unless
 *     given
 * @param bias how {@code bias [filters]} starts, {@code zeros} unless given
 * @param useBias whether there is a bias, true unless given
 * @param regularizer the penalty on both kernels, {@code none} unless given
 */
public record SeparableConv2d(
    int filters,
    List<Integer> size,
    @Default("1") List<Integer> stride,
    @Default("valid") Padding padding,
    @Default("1") List<Integer> dilation,
    @Default("1") int depthMultiplier,
    @Default("linear") Activation activation,
    @Default("xavier-uniform") Initializer kernel,
    @Default("zeros") Initializer bias,
    @Default("true") boolean useBias,
    @Default("none") Regularizer regularizer)
    implements Layer {

  private static final Convolution POINTWISE =
      new Convolution(Window.valid(1, 1, 1), Window.valid(1, 1, 1), 1);

  /** Checks the numbers. */
  public SeparableConv2d {
    Ranges.atLeastOne("filters", filters);
    Ranges.atLeastOne("depth-multiplier", depthMultiplier);
    size = PerAxis.checked("size", size, 2, 1);
    stride = PerAxis.checked("stride", stride, 2, 1);
    dilation = PerAxis.checked("dilation", dilation, 2, 1);
  }

  /** A convolution with square windows and the default start. */
  public SeparableConv2d(
      int filters, int size, int stride, Padding padding, Activation activation) {
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

  @Override
  public Value apply(Value x, Parameters p) {
    PerAxis.images("separable-conv2d", x.shape());
    p.setMask(null);
    int channels = x.shape().dim(3);
    int depth = channels * depthMultiplier;
    Convolution how =
        new Convolution(window(x.shape().dim(1), 0), window(x.shape().dim(2), 1), channels);
    Shape each = Shape.of(how.height().size(), how.width().size(), 1, depth);
    Shape all = Shape.of(1, 1, depth, filters);
    Value y =
        x.conv2d(p.get("depthwise", each, kernel, regularizer), how)
            .conv2d(p.get("pointwise", all, kernel, regularizer), POINTWISE);
    return activation.of(useBias ? y.add(p.get("bias", Shape.of(filters), bias)) : y);
  }

  private Window window(int extent, int axis) {
    return padding.window(
        extent, PerAxis.get(size, axis), PerAxis.get(stride, axis), PerAxis.get(dilation, axis));
  }
}
