package io.sparrowml.loss;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import java.util.List;

/**
 * The negative log-likelihood of class 0 or 1 under the sigmoid of one output, {@code log(1 + e^x)
 * - x y}; outputs are logits {@code [n, 1]} (Goodfellow et al., <em>Deep Learning</em>, section
 * 6.2.2.2). Targets may also be {@code [n, ...]}, for labels that do not exclude each other, with a
 * logit each; a sample's loss is then the mean over them.
 *
 * @param labelSmoothing {@code s} in [0, 1): the targets become {@code y (1 - s) + s / 2}; 0 unless
 *     given
 * @param classWeights by which the losses of class 0 and class 1 are multiplied; none unless given.
 *     The mean over a batch still divides by the number of samples
 */
public record BinaryCrossEntropy(
    @Default("0") double labelSmoothing, @Default("[]") List<Double> classWeights) implements Loss {

  /** Checks the numbers. */
  public BinaryCrossEntropy {
    Ranges.fraction("label-smoothing", labelSmoothing);
    classWeights = PerSample.checked(classWeights);
    PerSample.check(classWeights, 2);
  }

  /** Hard labels and classes of the same weight. */
  public BinaryCrossEntropy() {
    this(0, List.of());
  }

  @Override
  public Value of(Value outputs, Value targets) {
    Value logits = PerSample.outputs("binary-cross-entropy", outputs, targets);
    Value expected =
        labelSmoothing == 0 ? targets : targets.scale(1 - labelSmoothing).shift(labelSmoothing / 2);
    Value losses = logits.softplus().subtract(logits.multiply(expected));
    return PerSample.mean(PerSample.weighted(losses, targets, classWeights));
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
