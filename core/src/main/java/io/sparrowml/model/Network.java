package io.sparrowml.model;

import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.layer.Layer;
import io.sparrowml.layer.Parameter;
import io.sparrowml.layer.Parameters;
import io.sparrowml.layer.Sequential;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Layers and the shape of what goes in: the architecture without any number.
 *
 * @param input the shape of one sample, such as {@code [28, 28, 1]} (height, width, channels)
 * @param layers one after the other
 */
public record Network(Shape input, List<Layer> layers) {
  /** Takes a copy of the list. */
  public Network {
    layers = new Sequential(layers).layers();
  }

  /**
   * The output for a batch.
   *
   * @param x {@code [n, ...input]}
   */
  public Value apply(Value x, Parameters p) {
    return new Sequential(layers).apply(x, p);
  }

  /**
   * The shape of one sample's output.
   *
   * @throws io.sparrowml.tensor.ShapeException when the layers do not fit together
   */
  public Shape output() {
    return outputs().get(layers.size() - 1);
  }

  /** The shape of one sample after each layer. */
  public List<Shape> outputs() {
    ShapesOnly engine = new ShapesOnly();
    List<Shape> shapes = new ArrayList<>();
    for (int i = 1; i <= layers.size(); i++) {
      Parameters parameters = Parameters.inference(parameter -> engine.leaf(parameter.shape()));
      Value y =
          new Sequential(layers.subList(0, i)).apply(engine.leaf(input.prepend(1)), parameters);
      shapes.add(y.shape().from(1));
    }
    return shapes;
  }

  /** All layers, those within others included, by their paths. */
  public Map<String, Layer> parts() {
    Map<String, Layer> parts = new LinkedHashMap<>();
    ShapesOnly engine = new ShapesOnly();
    Parameters.Source source =
        new Parameters.Source() {
          @Override
          public Value get(Parameter parameter) {
            return engine.leaf(parameter.shape());
          }

          @Override
          public void applied(String path, Layer layer) {
            parts.put(path, layer);
          }
        };
    apply(engine.leaf(input.prepend(1)), Parameters.inference(source));
    return parts;
  }
}
