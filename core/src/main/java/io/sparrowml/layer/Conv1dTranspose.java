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

/**
 * A transposed convolution of sequences: what would propagate back through a convolution from
 * {@code filters} to as many channels as the input has (Zeiler et al., 2010), and {@code
 * activation(... + bias)} of it. {@code [n, time, channels] -> [n, out, filters]} with {@code out =
 * (in - 1) stride + (size - 1) dilation + 1} where the padding is {@code valid} (as in PyTorch
 * without padding; Keras gives at least {@code in stride}) and {@code in stride} where it is {@code
 * same}. Padded steps count as zeros; the mask ends here.
 *
 * <p>The kernel lies as that of the convolution that it goes back through.
 *
 * @param filters how many outputs a position
 * @param size of the windows
 * @param stride how far apart the input's numbers come to lie, 1 unless given
 * @param padding {@code valid} unless given
 * @param dilation from one place in a window to the next, 1 unless given
 * @param groups how many parts the channels are cut into, each filter seeing one of them; 1 unless
 *     given
 * @param activation what is applied to the sums, {@code linear} unless given
 * @param kernel how {@code kernel [size, filters / groups, channels]} starts, {@code
 *     xavier-uniform} unless given, as in Keras (PyTorch starts uniform within {@code 1 /
 *     sqrt(fanIn)})
 * @param bias how {@code bias [filters]} starts, {@code zeros} unless given
 * @param useBias whether there is a bias, true unless given
 * @param regularizer the penalty on the kernel, {@code none} unless given
 */
public record Conv1dTranspose(
    int filters,
    int size,
    @Default("1") int stride,
    @Default("valid") Padding padding,
    @Default("1") int dilation,
    @Default("1") int groups,
    @Default("linear") Activation activation,
    @Default("xavier-uniform") Initializer kernel,
    @Default("zeros") Initializer bias,
    @Default("true") boolean useBias,
    @Default("none") Regularizer regularizer)
    implements Layer {

  /** Checks the numbers. */
  public Conv1dTranspose {
    Ranges.atLeastOne("filters", filters);
    Ranges.atLeastOne("size", size);
    Ranges.atLeastOne("stride", stride);
    Ranges.atLeastOne("dilation", dilation);
    Ranges.atLeastOne("groups", groups);
  }

  /** A transposed convolution with the default start. */
  public Conv1dTranspose(
      int filters, int size, int stride, Padding padding, Activation activation) {
    this(
        filters,
        size,
        stride,
        padding,
        1,
        1,
        activation,
        new XavierUniform(),
        new Zeros(),
        true,
        new None());
  }

  @Override
  public Value apply(Value x, Parameters p) {
    PerAxis.sequences("conv1d-transpose", x.shape());
    int channels = x.shape().dim(2);
    Conv2d.check("conv1d-transpose", channels, filters, groups);
    int time = padding.extent(x.shape().dim(1), size, stride, dilation);
    Window width = padding.window(time, size, stride, dilation);
    Convolution how = new Convolution(Window.valid(1, 1, 1), width, groups);
    Shape shape = Shape.of(size, filters / groups, channels);
    Value weights = p.get("kernel", shape, kernel, regularizer).reshape(shape.prepend(1));
    Value steps = PaddedSteps.as(0, x, p.mask());
    p.setMask(null);
    Value y = PerAxis.sequences(PerAxis.images(steps).conv2dTranspose(weights, how, 1, time));
    return activation.of(useBias ? y.add(p.get("bias", Shape.of(filters), bias)) : y);
  }
}
