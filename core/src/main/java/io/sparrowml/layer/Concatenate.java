package io.sparrowml.layer;

import io.sparrowml.op.Value;
import java.util.List;

/** One behind the other along the last axis, {@code [..., a], [..., b] -> [..., a + b]}. */
public record Concatenate() implements Combination {
  @Override
  public Value of(List<Value> values) {
    return values.get(0).concat(-1, values.subList(1, values.size()).toArray(Value[]::new));
  }
}
