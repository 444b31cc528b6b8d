package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code x > 0 ? x : slope x} (Maas, Hannun and Ng, 2013); ReLU where the slope is 0.
 *
 * @param slope the slope for negative numbers
 */
public record LeakyRelu(double slope) implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.LEAKY_RELU;
  }

  @Override
  public double parameter() {
    return slope;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    if (slope == 0 && isOfMaxima(out, dOut)) {
      return List.of(dOut);
    }
    // The result has the input's sign unless the slope is below 0; asking it spares the input.
    Value side = slope >= 0 ? out : in.get(0);
    return List.of(side.engine().apply(new LeakyReluGradient(slope), List.of(side, dOut)));
  }

  /** Whether a gradient came through {@link MaxPool2d}, which leaves 0 where there is none. */
  private static boolean isOfMaxima(Value out, Value dOut) {
    return dOut.op() instanceof MaxPool2dGradient && dOut.inputs().get(0).equals(out);
  }
}
