package io.sparrowml.examples.own;

import io.sparrowml.layer.Activation;
import io.sparrowml.op.Value;
import java.util.List;

/** {@code x tanh(log(1 + e^x))}, by an operation of one's own, {@link MishOp}. */
public record Mish() implements Activation {
  @Override
  public Value of(Value x) {
    return x.engine().apply(new MishOp(), List.of(x));
  }
}
