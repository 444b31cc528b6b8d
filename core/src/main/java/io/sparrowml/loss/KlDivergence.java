package io.sparrowml.loss;

import io.sparrowml.config.ConfigException;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;

/**
 * How far the softmax of the outputs is from the distribution that the targets are, {@code sum_j
 * y_j (log y_j - log softmax(x)_j)}, 0 for {@code y_j = 0} (Kullback and Leibler, 1951); outputs
 * are logits, of the targets' shape {@code [n, ..., classes]}, and a sample's loss is the mean over
 * the places before the last axis. PyTorch's takes logarithms of probabilities instead of logits.
 */
public record KlDivergence() implements Loss {
  /** The least normal number in single precision, in whose place 0 log 0 is 0. */
  private static final double TINY = Float.MIN_NORMAL;

  @Override
  public Value of(Value outputs, Value targets) {
    Value logits = PerSample.outputs("kl-divergence", outputs, targets);
    Value logs = targets.clip(TINY, Double.POSITIVE_INFINITY).log();
    Value parts = targets.multiply(logs.subtract(logits.logSoftmax()));
    return PerSample.mean(parts.sumTo(parts.shape().with(-1, 1)));
  }

  @Override
  public Value predict(Value outputs) {
    return outputs.softmax();
  }

  @Override
  public boolean classifies() {
    return false;
  }

  @Override
  public Shape outputs(Shape target, int classes) {
    if (target.rank() == 0) {
      throw new ConfigException(
          "kl-divergence expects targets [n, ..., classes], got one number a sample");
    }
    return target;
  }
}
