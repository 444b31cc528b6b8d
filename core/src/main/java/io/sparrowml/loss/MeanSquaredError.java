package io.sparrowml.loss;

import io.sparrowml.op.Value;

/**
 * The squared distance between outputs and targets, {@code (x - y)^2}, the mean over a sample's
 * numbers where there are several; targets {@code [n]} or {@code [n, ...]}.
 */
public record MeanSquaredError() implements NumberLoss {
  @Override
  public Value of(Value outputs, Value targets) {
    Value difference = PerSample.outputs("mean-squared-error", outputs, targets).subtract(targets);
    return PerSample.mean(difference.square());
  }
}
