package io.sparrowml.examples.own;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.initializer.Constant;
import io.sparrowml.layer.Layer;
import io.sparrowml.layer.Parameters;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;

/**
 * {@code x sigmoid(beta x)} with a trained beta for each channel, {@code [n, ..., channels]}
 * (Ramachandran, Zoph and Le, <em>Searching for activation functions</em>, 2017).
 *
 * @param start where {@code beta [channels]} starts, 1 unless given
 */
public record Swish(@Default("1") double start) implements Layer {
  /** Checks the start. */
  public Swish {
    if (!Double.isFinite(start)) {
      throw new ConfigException("start: expects a number, got " + start);
    }
  }

  @Override
  public Value apply(Value x, Parameters p) {
    if (x.shape().rank() < 2) {
      throw new ShapeException("swish expects [n, ..., channels], got " + x.shape());
    }
    Value beta = p.get("beta", Shape.of(x.shape().dim(-1)), new Constant(start));
    return x.multiply(x.multiply(beta).sigmoid());
  }
}
