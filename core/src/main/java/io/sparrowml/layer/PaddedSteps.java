package io.sparrowml.layer;

import io.sparrowml.op.Slice;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What windows over sequences make of padding: the steps that {@link Parameters#mask} leaves out
 * are to them what lies beyond the ends, so a sequence gives the same with padding behind it and
 * without.
 */
final class PaddedSteps {
  private PaddedSteps() {}

  /**
   * The steps {@code [n, t, channels]}, with this number in place of those of padding.
   *
   * @param mask {@code [n, t]}, or null where all are real
   */
  static Value as(double number, Value x, @Nullable Value mask) {
    if (mask == null) {
      return x;
    }
    Shape one = Shape.of(x.shape().dim(0), x.shape().dim(1), 1);
    Value real = mask.reshape(one).broadcastTo(x.shape());
    return real.where(x, x.engine().full(x, number));
  }

  /**
   * Lets the mask go on with a layer's positions: with {@code same} padding those that the real
   * steps have alone, the first of each stride; with {@code valid} those whose windows are within
   * the real steps.
   */
  static void moveMask(Padding padding, Window window, Parameters p) {
    Value mask = p.mask();
    if (mask != null) {
      int positions = window.positions(mask.shape().dim(1));
      p.setMask(
          padding == Padding.SAME
              ? from(mask, 0, positions, window.stride())
              : within(mask, positions, window));
    }
  }

  private static Value within(Value mask, int positions, Window window) {
    Value all = from(mask, 0, positions, window.stride());
    for (int i = 1; i < window.size(); i++) {
      all = all.multiply(from(mask, i * window.dilation(), positions, window.stride()));
    }
    return all;
  }

  /** So many steps of the mask, from one on and by a stride. */
  private static Value from(Value mask, int first, int count, int stride) {
    int n = mask.shape().dim(0);
    Slice steps =
        new Slice(
            List.of(0, first), List.of(n, first + (count - 1) * stride + 1), List.of(1, stride));
    return mask.engine().apply(steps, List.of(mask));
  }
}
