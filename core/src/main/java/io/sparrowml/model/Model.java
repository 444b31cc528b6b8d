package io.sparrowml.model;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.loss.Loss;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import java.util.List;

/**
 * A network with all that it takes to use it, but for its weights: what is done to raw rows before,
 * and what the outputs mean.
 *
 * @param network the layers
 * @param preprocessing from raw rows to inputs, fitted on the training rows
 * @param loss which also says how outputs become predictions
 * @param label the name of what is predicted
 * @param classes the names of the classes in their order; none where a number is predicted
 * @param target the shape of what is predicted for one row: {@code []} for one class or number,
 *     {@code [t]} for a sequence of them
 */
public record Model(
    Network network,
    Preprocessing preprocessing,
    Loss loss,
    String label,
    List<String> classes,
    @Default("[]") Shape target) {

  /** Checks that the parts fit together. */
  public Model {
    classes = List.copyOf(classes);
    if (network.input().size() != preprocessing.width()) {
      throw new ConfigException(
          "model.input: the data gives %d inputs a row, got a network for %s, which is %d"
              .formatted(preprocessing.width(), network.input(), network.input().size()));
    }
    if (loss.classifies() && preprocessing.label() != null) {
      throw new ConfigException(
          "data.normalize-label: expects a loss of numbers, got one of classes; leave it out");
    }
    if (!loss.fits(network.output(), target, classes.size())) {
      Shape expected = loss.outputs(target, classes.size());
      throw new ShapeException(
          "model: the loss expects outputs %s%s, got %s from the last layer%s"
              .formatted(
                  samples(expected),
                  loss.classifies() ? " for " + classes.size() + " classes" : "",
                  samples(network.output()),
                  network.output().rank() > expected.rank()
                      ? "; put flatten, or a layer that pools, before the first dense layer"
                      : ""));
    }
  }

  /** A model that predicts one class or number for each row. */
  public Model(
      Network network, Preprocessing preprocessing, Loss loss, String label, List<String> classes) {
    this(network, preprocessing, loss, label, classes, Shape.of());
  }

  private static String samples(Shape shape) {
    return shape.prepend(0).toString().replaceFirst("\\[0", "[n");
  }
}
