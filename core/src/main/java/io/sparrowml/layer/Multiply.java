package io.sparrowml.layer;

import io.sparrowml.op.Value;
import java.util.List;

/** The product, number by number, with broadcasting. */
public record Multiply() implements Combination {
  @Override
  public Value of(List<Value> values) {
    Value all = values.get(0);
    for (Value value : values.subList(1, values.size())) {
      all = all.multiply(value);
    }
    return all;
  }
}
