package io.sparrowml.op;

import io.sparrowml.kernel.Binary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The smaller of two numbers, with broadcasting; where they are equal each gets half of the
 * gradient.
 */
public record Minimum() implements Elementwise.OfTwo {
  @Override
  public Binary function() {
    return Binary.MINIMUM;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value a = in.get(0);
    Value b = in.get(1);
    Value share = b.greater(a).add(a.equalTo(b).scale(0.5));
    return List.of(
        dOut.multiply(share).sumTo(a.shape()),
        dOut.multiply(share.scale(-1).shift(1)).sumTo(b.shape()));
  }
}
