package io.sparrowml.layer;

import io.sparrowml.op.Value;

/**
 * {@code e^(x_i) / sum_j e^(x_j)} over the last axis. Losses for classes take logits, so the last
 * layer of a classifier does without it.
 */
public record Softmax() implements Activation {
  @Override
  public Value of(Value x) {
    return x.softmax();
  }
}
