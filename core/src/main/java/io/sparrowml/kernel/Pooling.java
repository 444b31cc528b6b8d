package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;

/**
 * What windows over images {@code [n, height, width, channels]} hold, in one number a channel:
 * {@code [n, positions along the height, positions along the width, channels]}; and what propagates
 * back through it. Places outside of the image do not count. Every window must see one within it.
 *
 * <p>The largest number of a window is the first of those that are equal, row by row. A window with
 * a NaN has the maximum NaN; at which of its places the gradient arrives is then left open.
 *
 * <p>What {@link Kernels} say of their kernels holds for these.
 */
public interface Pooling {
  /** The largest number of each window. */
  Kernel max(Window height, Window width, Tensor x, Tensor y);

  /** Sums {@code dy} up at the places in {@code dx} where {@code x} was largest in its window. */
  Kernel maxGradient(Window height, Window width, Tensor x, Tensor dy, Tensor dx);

  /** Takes from {@code values} what lies at the place where {@code x} is largest in the window. */
  Kernel select(Window height, Window width, Tensor x, Tensor values, Tensor y);

  /** The mean of each window. */
  Kernel average(Window height, Window width, Tensor x, Tensor y);

  /** Spreads {@code dy} evenly over the places of each window, summed up in {@code dx}. */
  Kernel averageGradient(Window height, Window width, Tensor dy, Tensor dx);
}
