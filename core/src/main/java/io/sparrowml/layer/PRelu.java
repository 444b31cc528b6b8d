package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.initializer.Constant;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;

/**
 * {@code x > 0 ? x : slope x} with a trained slope for each channel, {@code [n, ..., channels]} (He
 * et al., <em>Delving deep into rectifiers</em>, 2015, equation 1). PyTorch has one slope for all
 * channels unless told otherwise.
 *
 * @param start where {@code slope [channels]} starts, 0.25 unless given, as in the paper
 */
public record PRelu(@Default("0.25") double start) implements Layer {
  /** Slopes that start as 0.25. */
  public PRelu() {
    this(0.25);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    if (x.shape().rank() < 2) {
      throw new ShapeException("prelu expects [n, ..., channels], got " + x.shape());
    }
    Value slope = p.get("slope", Shape.of(x.shape().dim(-1)), new Constant(start));
    return x.relu().add(x.clip(Double.NEGATIVE_INFINITY, 0).multiply(slope));
  }
}
