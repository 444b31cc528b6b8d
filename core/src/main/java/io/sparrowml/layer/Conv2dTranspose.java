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
 * A transposed convolution of images: what would propagate back through a convolution from {@code
 * filters} to as many channels as the input has (Zeiler et al., 2010), and {@code activation(... +
 * bias)} of it. {@code [n, height, width, channels] -> [n, out, out, filters]} with {@code out =
 * (in - 1) stride + (size - 1) dilation + 1} where the padding is {@code valid} (as in PyTorch
 * without padding; Keras gives at least {@code in stride}) and {@code in stride} where it is {@code
 * same}.
 *
 * <p>The kernel lies as that of the convolution that it goes back through.
 *
 * @param filters how many outputs a position
 * @param size of the windows: a number, or height and width
 * @param stride how far apart the input's numbers come to lie, 1 unless given: a number, or along
 *     height and width
 * @param padding {@code valid} unless given
 * @param dilation from one place in a window to the next, 1 unless given
 * @param groups how many parts the channels are cut into, each filter seeing one of them; 1 unless
 *     given
 * @param activation what is applied to the sums, {@code linear} unless given
 * @param kernel how {@code kernel [height, width, filters / groups, channels]} starts, {@code
 *     xavier-uniform} unless given, as in Keras (PyTorch starts uniform within {@code 1 /
 *     sqrt(fanIn)})
 * @param bias how {@code bias [filters]} starts, {@code zeros} unless given
 * @param useBias whether there is a bias, true unless given
 * @param regularizer the penalty on the kernel, {@code none} unless given
 */
public record Conv2dTranspose(
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
  public Conv2dTranspose {
    Ranges.atLeastOne("filters", filters);
    Ranges.atLeastOne("groups", groups);
    size = PerAxis.checked("size", size, 2, 1);
    stride = PerAxis.checked("stride", stride, 2, 1);
    dilation = PerAxis.checked("dilation", dilation, 2, 1);
  }

  /** A transposed convolution with square windows and the default start. */
  public Conv2dTranspose(
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
    PerAxis.images("conv2d-transpose", x.shape());
    p.setMask(null);
    int channels = x.shape().dim(3);
    Conv2d.check("conv2d-transpose", channels, filters, groups);
    int height = extent(x.shape().dim(1), 0);
    int width = extent(x.shape().dim(2), 1);
    Convolution how = new Convolution(window(height, 0), window(width, 1), groups);
    Shape shape = Shape.of(how.height().size(), how.width().size(), filters / groups, channels);
    Value weights = p.get("kernel", shape, kernel, regularizer);
    Value y = x.conv2dTranspose(weights, how, height, width);
    return activation.of(useBias ? y.add(p.get("bias", Shape.of(filters), bias)) : y);
  }

  private int extent(int positions, int axis) {
    return padding.extent(
        positions, PerAxis.get(size, axis), PerAxis.get(stride, axis), PerAxis.get(dilation, axis));
  }

  private Window window(int extent, int axis) {
    return padding.window(
        extent, PerAxis.get(size, axis), PerAxis.get(stride, axis), PerAxis.get(dilation, axis));
  }
}
