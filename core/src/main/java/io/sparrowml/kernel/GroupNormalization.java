package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Group normalization and its gradients. With the mean {@code m} and the variance {@code v} (that
 * of the population) of a group's numbers, {@code z = (x - m) / sqrt(v + epsilon)}.
 */
public interface GroupNormalization {
  /**
   * {@code y = scale z + shift}.
   *
   * @param scale {@code [channels]}, ones where it is null
   * @param shift {@code [channels]}, zeros where it is null
   */
  Kernel normalize(
      GroupSizes sizes, Tensor x, @Nullable Tensor scale, @Nullable Tensor shift, Tensor out);

  /**
   * The gradient with respect to {@code x}: with {@code g = scale dy} and means over the group,
   * {@code dx = (g - mean(g) - z mean(g z)) / sqrt(v + epsilon)}.
   *
   * @param scale {@code [channels]}, ones where it is null
   */
  Kernel inputGradient(GroupSizes sizes, Tensor x, Tensor dy, @Nullable Tensor scale, Tensor out);

  /**
   * The gradient with respect to {@code scale}: the sum of {@code dy z} over rows and positions.
   *
   * @param out {@code [channels]}
   */
  Kernel scaleGradient(GroupSizes sizes, Tensor x, Tensor dy, Tensor out);
}
