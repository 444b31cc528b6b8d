package io.sparrowml.kernel;

import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/**
 * Convolutions of images (cross-correlations, as everywhere in deep learning), and what propagates
 * back through them. With one group, {@code s} for the stride and {@code p} for the place of the
 * first window:
 *
 * <pre>y[n, i, j, o] = sum over u, v, c of x[n, s i + u - p, s j + v - p, c] kernel[u, v, c, o]
 * </pre>
 *
 * <p>{@code x} is {@code [n, height, width, channels]}, {@code kernel} is {@code [size of the
 * height's window, size of the width's, channels / groups, filters]} and {@code y} is {@code [n,
 * positions along the height, positions along the width, filters]}. The filters of a group are next
 * to each other.
 *
 * <p>What {@link Kernels} say of their kernels holds for these.
 */
public interface Convolutions {
  /** {@code y} of {@code x} and {@code kernel}, with steps on the result. */
  Kernel forward(Convolution how, Tensor x, Tensor kernel, Tensor y, List<Step> then);

  /** The gradient with respect to {@code x} of what has gradient {@code dy}. */
  Kernel inputGradient(Convolution how, Tensor dy, Tensor kernel, Tensor dx, List<Step> then);

  /** The gradient with respect to the kernel of what has gradient {@code dy}. */
  Kernel kernelGradient(Convolution how, Tensor x, Tensor dy, Tensor dKernel);
}
