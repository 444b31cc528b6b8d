package io.sparrowml.layer;

import io.sparrowml.config.ConfigException;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.ShapeException;
import java.util.List;

/**
 * Layers one after the other; each is named by its number, so parameters are called {@code
 * 1/kernel}.
 *
 * @param layers at least one
 */
public record Sequential(List<Layer> layers) implements Layer {
  /** Takes a copy of the list. */
  public Sequential {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new ConfigException("layers: expects at least one layer, got none");
    }
  }

  @Override
  public Value apply(Value x, Parameters p) {
    Value y = x;
    for (int i = 0; i < layers.size(); i++) {
      String name = Integer.toString(i);
      try {
        y = p.apply(name, layers.get(i), y);
      } catch (ShapeException e) {
        throw e.at(name);
      }
    }
    return y;
  }
}
