package io.sparrowml.op;

import io.sparrowml.kernel.Binary;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** 1 where {@code a = b}, else 0, with broadcasting; without a gradient. */
public record Equal() implements Elementwise.OfTwo {
  @Override
  public Binary function() {
    return Binary.EQUAL;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return Arrays.asList(null, null);
  }
}
