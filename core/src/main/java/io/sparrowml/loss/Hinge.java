package io.sparrowml.loss;

import io.sparrowml.config.ConfigException;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;

/**
 * The loss of a linear support vector machine, {@code max(0, 1 - s x)} with {@code s = 1} for class
 * 1 and {@code s = -1} for class 0 (Cortes and Vapnik, 1995); outputs are scores {@code [n, 1]},
 * above 0 for class 1. Targets may also be {@code [n, ...]}, with a score each; a sample's loss is
 * then the mean over them.
 *
 * <p>Predictions are the sigmoids of the scores, which rank samples but are no probabilities.
 */
public record Hinge() implements Loss {
  @Override
  public Value of(Value outputs, Value targets) {
    Value scores = PerSample.outputs("hinge", outputs, targets);
    Value sides = targets.scale(2).shift(-1);
    return PerSample.mean(scores.multiply(sides).scale(-1).shift(1).relu());
  }

  @Override
  public Value predict(Value outputs) {
    return outputs.sigmoid();
  }

  @Override
  public boolean classifies() {
    return true;
  }

  @Override
  public Shape outputs(Shape target, int classes) {
    if (classes != 2) {
      throw new ConfigException(
          "hinge expects 2 classes, got " + classes + "; use multi-class-hinge");
    }
    return Loss.likeTargets(target);
  }
}
