package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The derivative of {@link Elu}, {@code x > 0 ? 1 : alpha e^x}; its own is {@code x > 0 ? 0 : alpha
 * e^x}.
 *
 * @param alpha of the function
 */
public record EluDerivative(double alpha) implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.ELU_DERIVATIVE;
  }

  @Override
  public double parameter() {
    return alpha;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.multiply(out.subtract(in.get(0).sign().relu())));
  }
}
