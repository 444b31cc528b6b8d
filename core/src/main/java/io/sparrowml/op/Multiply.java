package io.sparrowml.op;

import io.sparrowml.kernel.Binary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The product {@code a b} number by number, with broadcasting. */
public record Multiply() implements Elementwise.OfTwo {
  @Override
  public Binary function() {
    return Binary.MULTIPLY;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value a = in.get(0);
    Value b = in.get(1);
    return List.of(dOut.multiply(b).sumTo(a.shape()), dOut.multiply(a).sumTo(b.shape()));
  }
}
