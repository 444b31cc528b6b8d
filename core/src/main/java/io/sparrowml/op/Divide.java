package io.sparrowml.op;

import io.sparrowml.kernel.Binary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The quotient {@code a / b} number by number, with broadcasting: {@code da = dOut / b}, {@code db
 * = -dOut (a / b) / b}.
 */
public record Divide() implements Elementwise.OfTwo {
  @Override
  public Binary function() {
    return Binary.DIVIDE;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value a = in.get(0);
    Value b = in.get(1);
    return List.of(
        dOut.divide(b).sumTo(a.shape()), dOut.multiply(out).divide(b).scale(-1).sumTo(b.shape()));
  }
}
