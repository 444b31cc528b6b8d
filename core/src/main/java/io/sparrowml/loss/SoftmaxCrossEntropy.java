package io.sparrowml.loss;

import io.sparrowml.config.ConfigException;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import java.util.List;

/**
 * The negative log-likelihood of the class under the softmax of the outputs, {@code log(sum_j
 * e^(x_j)) - x_class}; outputs are logits {@code [n, classes]} (Goodfellow et al., <em>Deep
 * Learning</em>, equation 6.30).
 */
public record SoftmaxCrossEntropy() implements Loss {
  @Override
  public Value of(Value outputs, Value targets) {
    return outputs
        .engine()
        .apply(new io.sparrowml.op.SoftmaxCrossEntropy(), List.of(outputs, targets));
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
}
