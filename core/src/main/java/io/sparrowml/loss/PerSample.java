package io.sparrowml.loss;

import io.sparrowml.config.ConfigException;
import io.sparrowml.op.Lookup;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import java.util.List;

/** What losses share. */
final class PerSample {
  private PerSample() {}

  /** The mean over all numbers of a sample, {@code [n, ...] -> [n]}. */
  static Value mean(Value losses) {
    int n = losses.shape().dim(0);
    int each = Math.toIntExact(losses.shape().from(1).size());
    return losses.reshape(Shape.of(n, each)).meanTo(Shape.of(n, 1)).reshape(Shape.of(n));
  }

  /**
   * Outputs in the shape of the targets.
   *
   * @param loss its name in errors
   */
  static Value outputs(String loss, Value outputs, Value targets) {
    if (outputs.shape().size() != targets.shape().size()) {
      throw new ShapeException(
          "%s expects as many outputs as targets %s, got %s"
              .formatted(loss, targets.shape(), outputs.shape()));
    }
    return outputs.reshape(targets.shape());
  }

  /**
   * Losses of labels times the weights of their classes.
   *
   * @param weights by class; none for 1 each
   */
  static Value weighted(Value losses, Value labels, List<Double> weights) {
    return weights.isEmpty()
        ? losses
        : losses.multiply(labels.engine().apply(new Lookup(weights), List.of(labels)));
  }

  /** Checks a record's class weights. */
  static List<Double> checked(List<Double> weights) {
    for (double weight : weights) {
      if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
        throw new ConfigException("class-weights: expects numbers of at least 0, got " + weights);
      }
    }
    return List.copyOf(weights);
  }

  /** Checks that there are weights for so many classes, or none at all. */
  static void check(List<Double> weights, int classes) {
    if (!weights.isEmpty() && weights.size() != classes) {
      throw new ConfigException(
          "class-weights: expects %d numbers, one a class, got %d"
              .formatted(classes, weights.size()));
    }
  }
}
