package io.sparrowml.loss;

import io.sparrowml.op.Value;

/**
 * The distance between outputs and targets, {@code |x - y|}, the mean over a sample's numbers where
 * there are several; targets {@code [n]} or {@code [n, ...]}. It is least at the median, and
 * outliers pull at it no more than others.
 */
public record MeanAbsoluteError() implements NumberLoss {
  @Override
  public Value of(Value outputs, Value targets) {
    Value difference = PerSample.outputs("mean-absolute-error", outputs, targets).subtract(targets);
    return PerSample.mean(difference.abs());
  }
}
