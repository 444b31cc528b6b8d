package io.sparrowml.layer;

import io.sparrowml.op.Value;
import java.util.List;

/**
 * Zeros around images, as many on both sides: {@code [n, height, width, channels] -> [n, height + 2
 * padding, width + 2 padding, channels]}. Before a {@code valid} convolution it is PyTorch's
 * padding.
 *
 * @param padding how many: a number, or along height and width
 */
public record ZeroPadding2d(List<Integer> padding) implements Layer {
  /** Checks the numbers. */
  public ZeroPadding2d {
    padding = PerAxis.checked("padding", padding, 2, 0);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    PerAxis.images("zero-padding2d", x.shape());
    p.setMask(null);
    int above = PerAxis.get(padding, 0);
    int beside = PerAxis.get(padding, 1);
    return x.pad(1, above, above).pad(2, beside, beside);
  }
}
