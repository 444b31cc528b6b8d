package io.sparrowml.layer;

import io.sparrowml.op.Value;

/**
 * {@code x / (1 + e^-x)}, also called swish (Elfwing, Uchibe and Doya, 2018; Ramachandran, Zoph and
 * Le, 2017).
 */
public record Silu() implements Activation {
  @Override
  public Value of(Value x) {
    return x.multiply(x.sigmoid());
  }
}
