package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Window;
import org.jspecify.annotations.Nullable;

/**
 * The mean of each window over sequences, {@code [n, time, channels] -> [n, positions, channels]}.
 * Padded steps do not count.
 *
 * @param size of the windows
 * @param stride from one window to the next, the size unless given
 * @param padding {@code valid} unless given; places that it adds do not count (PyTorch counts them
 *     as zeros unless told otherwise)
 */
public record AveragePool1d(int size, @Nullable Integer stride, @Default("valid") Padding padding)
    implements Layer {

  /** Checks the numbers. */
  public AveragePool1d {
    Ranges.atLeastOne("size", size);
    Ranges.atLeastOne("stride", stride == null ? size : stride);
  }

  /** Windows side by side. */
  public AveragePool1d(int size) {
    this(size, null, Padding.VALID);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    PerAxis.sequences("average-pool1d", x.shape());
    Window width = padding.window(x.shape().dim(1), size, stride == null ? size : stride, 1);
    Value mask = p.mask();
    Value mean = mean(PaddedSteps.as(0, x, p.mask()), width);
    PaddedSteps.moveMask(padding, width, p);
    if (mask == null) {
      return mean;
    }
    Value real = mean(mask.reshape(mask.shape().append(1)), width);
    return mean.divide(real.clip(0.5 / size, 1));
  }

  private static Value mean(Value steps, Window width) {
    return PerAxis.sequences(PerAxis.images(steps).averagePool2d(Window.valid(1, 1, 1), width));
  }
}
