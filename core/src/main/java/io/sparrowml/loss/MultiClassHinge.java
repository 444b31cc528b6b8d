package io.sparrowml.loss;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.op.OneHot;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import java.util.List;

/**
 * The loss of a support vector machine for many classes, {@code sum_(j != y) max(0, margin - x_y +
 * x_j) / classes} (Weston and Watkins, 1999; divided as in PyTorch's multi margin loss); outputs
 * are scores {@code [n, classes]}. Targets may also be {@code [n, ...]} with outputs {@code [n,
 * ..., classes]}; a sample's loss is then the mean over them.
 *
 * <p>Predictions are the softmax of the scores, which ranks classes but is no probability.
 *
 * @param margin by how much the score of the class should exceed the others, above 0, 1 unless
 *     given
 */
public record MultiClassHinge(@Default("1") double margin) implements Loss {
  /** Checks the margin. */
  public MultiClassHinge {
    Ranges.positive("margin", margin);
  }

  @Override
  public Value of(Value outputs, Value targets) {
    int classes = outputs.shape().dim(-1);
    Value label = targets.engine().apply(new OneHot(classes), List.of(targets));
    Value score = outputs.multiply(label).sumTo(outputs.shape().with(-1, 1));
    Value parts = outputs.subtract(score).shift(margin).relu();
    Value others = label.scale(-1).shift(1);
    return PerSample.mean(parts.multiply(others));
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
      throw new ConfigException("multi-class-hinge expects at least 2 classes, got " + classes);
    }
    return target.append(classes);
  }
}
