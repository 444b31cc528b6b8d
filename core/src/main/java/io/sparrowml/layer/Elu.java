package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.op.Value;

/**
 * {@code x > 0 ? x : alpha (e^x - 1)} (Clevert, Unterthiner and Hochreiter, <em>Fast and accurate
 * deep network learning by exponential linear units</em>, 2016).
 *
 * @param alpha how far below zero it goes, 1 unless given
 */
public record Elu(@Default("1") double alpha) implements Activation {
  /** With an alpha of 1. */
  public Elu() {
    this(1);
  }

  @Override
  public Value of(Value x) {
    return x.elu(alpha);
  }
}
