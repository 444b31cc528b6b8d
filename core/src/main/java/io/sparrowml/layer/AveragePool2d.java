package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mean of each window over images, {@code [n, height, width, channels] -> [n, positions,
 * positions, channels]}.
 *
 * @param size of the windows: a number, or height and width
 * @param stride from one window to the next: a number, or along height and width; the size unless
 *     given
 * @param padding {@code valid} unless given; places that it adds do not count (PyTorch counts them
 *     as zeros unless told otherwise)
 */
public record AveragePool2d(
    List<Integer> size, @Nullable List<Integer> stride, @Default("valid") Padding padding)
    implements Layer {

  /** Checks the numbers. */
  public AveragePool2d {
    size = PerAxis.checked("size", size, 2, 1);
    stride = stride == null ? null : PerAxis.checked("stride", stride, 2, 1);
  }

  /** Square windows side by side. */
  public AveragePool2d(int size) {
    this(List.of(size), null, Padding.VALID);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    PerAxis.images("average-pool2d", x.shape());
    p.setMask(null);
    return x.averagePool2d(window(x.shape().dim(1), 0), window(x.shape().dim(2), 1));
  }

  private Window window(int extent, int axis) {
    int places = PerAxis.get(size, axis);
    return padding.window(extent, places, stride == null ? places : PerAxis.get(stride, axis), 1);
  }
}
