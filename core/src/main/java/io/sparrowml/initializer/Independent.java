package io.sparrowml.initializer;

import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Tensor;

/** An initializer that draws each number without regard to the others. */
public interface Independent extends Initializer {
  /**
   * The number at an index of the parameter.
   *
   * @param fans of the parameter
   * @param key of the parameter
   */
  double sample(Fans fans, RandomKey key, long index);

  @Override
  default void fill(Tensor parameter, RandomKey key) {
    Fans fans = Fans.of(parameter.shape());
    double[] numbers = new double[parameter.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = sample(fans, key, i);
    }
    parameter.set(numbers);
  }
}
