package io.sparrowml.loss;

import io.sparrowml.config.ConfigException;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;

/**
 * The negative log-likelihood of class 0 or 1 under the sigmoid of one output, {@code log(1 + e^x)
 * - x y}; outputs are logits {@code [n, 1]} (Goodfellow et al., <em>Deep Learning</em>, section
 * 6.2.2.2).
 */
public record BinaryCrossEntropy() implements Loss {
  @Override
  public Value of(Value outputs, Value targets) {
    Value logits = outputs.reshape(targets.shape());
    return logits.softplus().subtract(logits.multiply(targets));
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
          "binary-cross-entropy expects 2 classes, got " + classes + "; use softmax-cross-entropy");
    }
    return Loss.likeTargets(target);
  }
}
