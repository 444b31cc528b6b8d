package io.sparrowml.layer;

import io.sparrowml.op.Value;
import java.util.List;

/** The mean, number by number, with broadcasting. */
public record Average() implements Combination {
  @Override
  public Value of(List<Value> values) {
    return new Add().of(values).scale(1.0 / values.size());
  }
}
