package io.sparrowml.examples.own;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.loss.Loss;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;

/**
 * {@code -(1 - p)^gamma log(p)}, {@code p} the probability of the class under the softmax of the
 * outputs: samples that are right already count less (Lin et al., <em>Focal loss for dense object
 * detection</em>, 2017, equation 4). Outputs are logits {@code [n, classes]}, targets {@code [n]}.
 *
 * @param gamma by how much less, at least 1 (below, the slope has no bound near {@code p = 1}); 2
 *     unless given
 */
public record FocalLoss(@Default("2") double gamma) implements Loss {
  private static final Loss CROSS_ENTROPY = new SoftmaxCrossEntropy();

  /** Checks gamma. */
  public FocalLoss {
    if (!(gamma >= 1 && gamma < Double.POSITIVE_INFINITY)) {
      throw new ConfigException("gamma: expects a number of at least 1, got " + gamma);
    }
  }

  @Override
  public Value of(Value outputs, Value targets) {
    Value negativeLog = CROSS_ENTROPY.of(outputs, targets);
    Value wrong = negativeLog.scale(-1).exp().scale(-1).shift(1).relu();
    return wrong.pow(gamma).multiply(negativeLog);
  }

  @Override
  public Value predict(Value outputs) {
    return outputs.softmax();
  }

  @Override
  public boolean classifies() {
    return true;
  }

  @Override
  public Shape outputs(Shape target, int classes) {
    return CROSS_ENTROPY.outputs(target, classes);
  }
}
