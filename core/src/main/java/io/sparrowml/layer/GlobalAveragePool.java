package io.sparrowml.layer;

import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Window;

/**
 * The mean of each channel over all of an image or sequence, {@code [n, ..., channels] -> [n,
 * channels]}; of a sequence's real steps alone where {@link Parameters#mask} says which, and 0
 * where it has none.
 */
public record GlobalAveragePool() implements Layer {
  @Override
  public Value apply(Value x, Parameters p) {
    if (x.shape().rank() == 3 && p.mask() != null) {
      return new MeanOverTime().apply(x, p);
    }
    p.setMask(null);
    Value images = PerAxis.places("global-average-pool", x);
    Window all = Window.valid(images.shape().dim(2), 1, 1);
    Value y = images.averagePool2d(Window.valid(1, 1, 1), all);
    return y.reshape(Shape.of(x.shape().dim(0), x.shape().dim(-1)));
  }
}
