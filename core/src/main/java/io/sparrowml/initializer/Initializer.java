package io.sparrowml.initializer;

import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Tensor;

/** How a parameter starts. */
public interface Initializer {
  /**
   * Fills a parameter.
   *
   * @param key of the parameter: the same key gives the same numbers everywhere
   * @throws io.sparrowml.tensor.ShapeException when this initializer does not do for its shape
   */
  void fill(Tensor parameter, RandomKey key);
}
