package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Window;
import org.jspecify.annotations.Nullable;

/**
 * The largest number of each window over sequences, {@code [n, time, channels] -> [n, positions,
 * channels]}. Padded steps are left out.
 *
 * @param size of the windows
 * @param stride from one window to the next, the size unless given
 * @param padding {@code valid} unless given
 */
public record MaxPool1d(int size, @Nullable Integer stride, @Default("valid") Padding padding)
    implements Layer {

  /** Checks the numbers. */
  public MaxPool1d {
    Ranges.atLeastOne("size", size);
    Ranges.atLeastOne("stride", stride == null ? size : stride);
  }

  /** Windows side by side. */
  public MaxPool1d(int size) {
    this(size, null, Padding.VALID);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    PerAxis.sequences("max-pool1d", x.shape());
    Window width = padding.window(x.shape().dim(1), size, stride == null ? size : stride, 1);
    Value steps = PaddedSteps.as(-Float.MAX_VALUE, x, p.mask());
    Value y = PerAxis.sequences(PerAxis.images(steps).maxPool2d(Window.valid(1, 1, 1), width));
    PaddedSteps.moveMask(padding, width, p);
    return PaddedSteps.as(0, y, p.mask());
  }
}
