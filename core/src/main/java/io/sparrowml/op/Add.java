package io.sparrowml.op;

import io.sparrowml.kernel.Binary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sum {@code a + b}, with broadcasting. */
public record Add() implements Elementwise.OfTwo {
  @Override
  public Binary function() {
    return Binary.ADD;
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value a = in.get(0);
    Value b = in.get(1);
    return List.of(dOut.sumTo(a.shape()), dOut.sumTo(b.shape()));
  }
}
