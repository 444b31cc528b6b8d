package io.sparrowml.loss;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import java.util.List;

/**
 * The negative log-likelihood of the class under the softmax of the outputs, {@code log(sum_j
 * e^(x_j)) - x_class}; outputs are logits {@code [n, classes]} (Goodfellow et al., <em>Deep
 * Learning</em>, equation 6.30). Targets may also be {@code [n, ...]} with outputs {@code [n, ...,
 * classes]}, a class for each place of a sequence; a sample's loss is then the mean over them.
 *
 * <p>With label smoothing {@code s} (Szegedy et al., <em>Rethinking the Inception
 * architecture</em>, 2016, section 7) the class counts {@code 1 - s}, and {@code s} is spread over
 * all classes evenly.
 *
 * @param labelSmoothing {@code s} in [0, 1), 0 unless given
 * @param classWeights by which the loss of a sample of each class is multiplied; none unless given.
 *     The mean over a batch still divides by the number of samples, as in Keras; PyTorch divides by
 *     the sum of their weights, and weights each class's part of smoothed labels by itself
 */
public record SoftmaxCrossEntropy(
    @Default("0") double labelSmoothing, @Default("[]") List<Double> classWeights) implements Loss {

  /** Checks the numbers. */
  public SoftmaxCrossEntropy {
    Ranges.fraction("label-smoothing", labelSmoothing);
    classWeights = PerSample.checked(classWeights);
  }

  /** Hard labels and classes of the same weight. */
  public SoftmaxCrossEntropy() {
    this(0, List.of());
  }

  @Override
  public Value of(Value outputs, Value targets) {
    Value losses =
        outputs
            .engine()
            .apply(new io.sparrowml.op.SoftmaxCrossEntropy(), List.of(outputs, targets));
    if (labelSmoothing > 0) {
      Shape one = outputs.shape().with(-1, 1);
      Value even = outputs.logSoftmax().meanTo(one).reshape(targets.shape());
      losses = losses.scale(1 - labelSmoothing).subtract(even.scale(labelSmoothing));
    }
    return PerSample.mean(PerSample.weighted(losses, targets, classWeights));
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
    if (classes < 2) {
      throw new ConfigException("softmax-cross-entropy expects at least 2 classes, got " + classes);
    }
    return target.append(classes);
  }

  @Override
  public boolean fits(Shape outputs, Shape target, int classes) {
    PerSample.check(classWeights, classes);
    return outputs.equals(outputs(target, classes));
  }
}
