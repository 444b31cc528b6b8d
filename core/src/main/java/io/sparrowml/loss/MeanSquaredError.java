package io.sparrowml.loss;

import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;

/**
 * The squared distance between one output and the target, {@code (x - y)^2}; outputs {@code [n,
 * 1]}.
 */
public record MeanSquaredError() implements Loss {
  @Override
  public Value of(Value outputs, Value targets) {
    return outputs.reshape(targets.shape()).subtract(targets).square();
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
