package io.sparrowml.initializer;

import io.sparrowml.tensor.Shape;

/**
 * How many inputs feed a unit and how many units an input feeds.
 *
 * @param in the fan-in
 * @param out the fan-out
 */
public record Fans(double in, double out) {
  /**
   * The fans of a kernel whose last two axes are inputs and outputs, {@code [..., in, out]}, the
   * axes before them being the receptive field of a convolution; of a vector, its length both ways.
   */
  public static Fans of(Shape kernel) {
    if (kernel.rank() < 2) {
      return new Fans(kernel.size(), kernel.size());
    }
    double field = (double) kernel.size() / kernel.dim(-1) / kernel.dim(-2);
    return new Fans(field * kernel.dim(-2), field * kernel.dim(-1));
  }
}
