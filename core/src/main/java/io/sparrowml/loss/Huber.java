package io.sparrowml.loss;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;

/**
 * With {@code d = x - y}, {@code d^2 / 2} up to a distance of delta and {@code delta (|d| - delta /
 * 2)} from there (Huber, <em>Robust estimation of a location parameter</em>, 1964), the mean over a
 * sample's numbers where there are several; targets {@code [n]} or {@code [n, ...]}.
 *
 * @param delta where the parabola becomes a line, above 0, 1 unless given
 */
public record Huber(@Default("1") double delta) implements Loss {
  /** Checks the delta. */
  public Huber {
    if (!(delta > 0 && delta < Double.POSITIVE_INFINITY)) {
      throw new ConfigException("delta: expects a number above 0, got " + delta);
    }
  }

  @Override
  public Value of(Value outputs, Value targets) {
    Value distance = PerSample.outputs("huber", outputs, targets).subtract(targets).abs();
    Value near = distance.clip(0, delta);
    return PerSample.mean(near.square().scale(0.5).add(distance.subtract(near).scale(delta)));
  }

  @Override
  public Value predict(Value outputs) {
    return outputs;
  }

  @Override
  public boolean classifies() {
    return false;
  }

  @Override
  public Shape outputs(Shape target, int classes) {
    return Loss.likeTargets(target);
  }
}
