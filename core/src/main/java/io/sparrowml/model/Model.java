package io.sparrowml.model;

import io.sparrowml.config.ConfigException;
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
 */
public record Model(
    Network network, Preprocessing preprocessing, Loss loss, String label, List<String> classes) {

  /** Checks that the parts fit together. */
  public Model {
    classes = List.copyOf(classes);
    if (network.input().size() != preprocessing.width()) {
      throw new ConfigException(
          "model.input: the data gives %d inputs a row, got a network for %s, which is %d"
              .formatted(preprocessing.width(), network.input(), network.input().size()));
    }
    if (!loss.fits(network.output(), Shape.of(), classes.size())) {
      Shape expected = loss.outputs(Shape.of(), classes.size());
      throw new ShapeException(
          "model: the loss expects outputs %s%s, got %s from the last layer"
              .formatted(
                  ofSamples(expected),
                  loss.classifies() ? " for " + classes.size() + " classes" : "",
                  ofSamples(network.output())));
    }
  }

  private static String ofSamples(Shape one) {
    return one.prepend(0).toString().replaceFirst("\\[0", "[n");
  }
}
