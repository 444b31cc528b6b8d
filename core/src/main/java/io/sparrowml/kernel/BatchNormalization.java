package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of batch normalization, between which statistics may be merged with those of other
 * batches.
 *
 * <p>Tensors are {@code [..., channels]}. <em>Moments</em> are {@code [3, channels]}: the count of
 * numbers of each channel, their mean, and the sum of their squared distances from it, known as M2.
 * With the variance {@code v = M2 / count}, {@code z = (x - mean) / sqrt(v + epsilon)}.
 */
public interface BatchNormalization {
  /** The moments of {@code x}: zeros where it is empty. */
  Kernel moments(Tensor x, Tensor out);

  /**
   * {@code y = scale z + shift}, with steps on the result.
   *
   * @param moments of {@code x}, or of a batch that has {@code x} as its part
   * @param scale {@code [channels]}, ones where it is null
   * @param shift {@code [channels]}, zeros where it is null
   */
  Kernel normalize(
      double epsilon,
      Tensor x,
      Tensor moments,
      @Nullable Tensor scale,
      @Nullable Tensor shift,
      Tensor out,
      List<Step> then);

  /**
   * The sums of {@code dy} and of {@code dy z}.
   *
   * @param out {@code [2, channels]}
   */
  Kernel sums(double epsilon, Tensor x, Tensor moments, Tensor dy, Tensor out);

  /**
   * The gradient with respect to {@code x}: {@code dx = scale (dy - sum(dy) / count - z sum(dy z) /
   * count) / sqrt(v + epsilon)}.
   *
   * @param sums as above, over all the numbers that the moments count
   * @param scale {@code [channels]}, ones where it is null
   */
  Kernel inputGradient(
      double epsilon,
      Tensor x,
      Tensor moments,
      Tensor dy,
      Tensor sums,
      @Nullable Tensor scale,
      Tensor out);

  /**
   * {@code M2 / (count - 1)}: the variance of what the numbers were drawn from, without bias.
   *
   * @param otherwise {@code [channels]}, taken where the count is below 2
   * @param out {@code [channels]}
   */
  Kernel variance(Tensor moments, Tensor otherwise, Tensor out);

  /**
   * The means.
   *
   * @param otherwise {@code [channels]}, taken where the count is 0
   * @param out {@code [channels]}
   */
  Kernel mean(Tensor moments, Tensor otherwise, Tensor out);
}
