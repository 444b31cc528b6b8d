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
 * A convolution of sequences: {@code activation(x * kernel + bias)}, {@code [n, time, channels] ->
 * [n, positions, filters]}. Padded steps count as zeros, as what lies beyond the ends does.
 *
 * @param filters how many outputs a position
 * @param size of the windows
 * @param stride from one window to the next, 1 unless given
 * @param padding {@code valid} unless given; see {@link Padding} for where PyTorch differs
 * @param dilation from one place in a window to the next, 1 unless given
 * @param groups how many parts the channels are cut into, each filter seeing one of them; 1 unless
 *     given
 * @param activation what is applied to the sums, {@code linear} unless given
 * @param kernel how {@code kernel [size, channels / groups, filters]} starts, {@code
 *     xavier-uniform} unless given, as in Keras (PyTorch starts uniform within {@code 1 /
 *     sqrt(fanIn)})
 * @param bias how {@code bias [filters]} starts, {@code zeros} unless given
 * @param useBias whether there is a bias, true unless given
 * @param regularizer the penalty on the kernel, {@code none} unless given
 */
public record Conv1d(
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
  public Conv1d {
    Ranges.atLeastOne("filters", filters);
    Ranges.atLeastOne("size", size);
    Ranges.atLeastOne("stride", stride);
    Ranges.atLeastOne("dilation", dilation);
    Ranges.atLeastOne("groups", groups);
  }

  /** A convolution with the default start. */
  public Conv1d(int filters, int size, int stride, Padding padding, Activation activation) {
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
    PerAxis.sequences("conv1d", x.shape());
    int channels = x.shape().dim(2);
    Conv2d.check("conv1d", channels, filters, groups);
    Window width = padding.window(x.shape().dim(1), size, stride, dilation);
    Convolution how = new Convolution(Window.valid(1, 1, 1), width, groups);
    Shape shape = Shape.of(size, channels / groups, filters);
    Value weights = p.get("kernel", shape, kernel, regularizer).reshape(shape.prepend(1));
    Value steps = PaddedSteps.as(0, x, p.mask());
    Value y = PerAxis.sequences(PerAxis.images(steps).conv2d(weights, how));
    PaddedSteps.moveMask(padding, width, p);
    return activation.of(useBias ? y.add(p.get("bias", Shape.of(filters), bias)) : y);
  }
}
