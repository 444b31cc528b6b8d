package io.sparrowml.op;

import io.sparrowml.kernel.Binary;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The backward operation of {@link LeakyRelu}: {@code x > 0 ? dy : slope dy}. Linear in {@code dy},
 * and flat in {@code x}.
 *
 * @param slope the slope for negative numbers
 */
public record LeakyReluGradient(double slope) implements Elementwise.OfTwo {
  @Override
  public Binary function() {
    return Binary.LEAKY_RELU_GRADIENT;
  }

  @Override
  public double parameter() {
    return slope;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value x = in.get(0);
    return Arrays.asList(null, x.engine().apply(this, List.of(x, dOut)));
  }
}
