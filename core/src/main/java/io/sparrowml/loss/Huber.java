package io.sparrowml.loss;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.op.Value;

/**
 * With {@code d = x - y}, {@code d^2 / 2} up to a distance of delta and {@code delta (|d| - delta /
 * 2)} from there (Huber, <em>Robust estimation of a location parameter</em>, 1964), the mean over a
 * sample's numbers where there are several; targets {@code [n]} or {@code [n, ...]}.
 *
 * @param delta where the parabola becomes a line, above 0, 1 unless given
 */
public record Huber(@Default("1") double delta) implements NumberLoss {
  /** Checks the delta. */
  public Huber {
    Ranges.positive("delta", delta);
  }

  @Override
  public Value of(Value outputs, Value targets) {
    Value distance = PerSample.outputs("huber", outputs, targets).subtract(targets).abs();
    Value near = distance.clip(0, delta);
    return PerSample.mean(near.square().scale(0.5).add(distance.subtract(near).scale(delta)));
  }
}
