package io.sparrowml.optimizer;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Ranges;
import org.jspecify.annotations.Nullable;

/**
 * A limit on the gradient of the batch, against steps that are much too large: on each of its
 * numbers, or on its Euclidean norm over all parameters (Pascanu, Mikolov and Bengio, 2013,
 * algorithm 1):
 *
 * <pre>
 *   g = min(max(g, -value), value)
 *   g = g norm / |g|   where |g| &gt; norm
 * </pre>
 *
 * <p>PyTorch's {@code clip_grad_norm_} divides by {@code |g| + 1e-6}. Penalties of regularizers are
 * part of the gradient; decoupled weight decay is not.
 *
 * @param value the largest absolute value of a number; null where the norm is limited
 * @param norm the largest norm; null where values are limited
 */
public record Clip(@Nullable Double value, @Nullable Double norm) {
  /** Checks that there is one limit, and its range. */
  public Clip {
    if ((value == null) == (norm == null)) {
      throw new ConfigException("expects either value or norm");
    }
    if (value != null) {
      Ranges.positive("value", value);
    }
    if (norm != null) {
      Ranges.positive("norm", norm);
    }
  }

  /** A limit on each number. */
  public static Clip byValue(double value) {
    return new Clip(value, null);
  }

  /** A limit on the norm over all parameters. */
  public static Clip byNorm(double norm) {
    return new Clip(null, norm);
  }
}
