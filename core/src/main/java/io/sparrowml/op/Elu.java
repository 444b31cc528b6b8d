package io.sparrowml.op;

import io.sparrowml.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code x > 0 ? x : alpha (e^x - 1)} (Clevert, Unterthiner and Hochreiter, 2016).
 *
 * @param alpha how far below zero it goes
 */
public record Elu(double alpha) implements Elementwise.OfOne {
  @Override
  public Unary function() {
    return Unary.ELU;
  }

  @Override
  public double parameter() {
    return alpha;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value x = in.get(0);
    return List.of(dOut.multiply(x.engine().apply(new EluDerivative(alpha), List.of(x))));
  }
}
