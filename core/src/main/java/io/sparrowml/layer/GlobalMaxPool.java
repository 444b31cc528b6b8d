package io.sparrowml.layer;

import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Window;

/**
 * The largest number of each channel over all of an image or sequence, {@code [n, ..., channels] ->
 * [n, channels]}; of a sequence's real steps alone where {@link Parameters#mask} says which, and 0
 * where it has none.
 */
public record GlobalMaxPool() implements Layer {
  @Override
  public Value apply(Value x, Parameters p) {
    Value mask = x.shape().rank() == 3 ? p.mask() : null;
    Value real = PaddedSteps.as(-Float.MAX_VALUE, x, mask);
    p.setMask(null);
    Value images = PerAxis.places("global-max-pool", real);
    Window all = Window.valid(images.shape().dim(2), 1, 1);
    Value y = images.maxPool2d(Window.valid(1, 1, 1), all);
    Value largest = y.reshape(Shape.of(x.shape().dim(0), x.shape().dim(-1)));
    return mask == null ? largest : orZero(largest, mask);
  }

  private static Value orZero(Value largest, Value mask) {
    Value any = mask.maxTo(Shape.of(mask.shape().dim(0), 1)).broadcastTo(largest.shape());
    return any.where(largest, largest.engine().full(largest, 0));
  }
}
