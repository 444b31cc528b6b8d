package io.sparrowml.layer;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.ShapeException;
import java.util.List;

/**
 * Layers with a way around them, {@code activation(layers(x) + shortcut(x))} (He et al., <em>Deep
 * residual learning</em>, 2016, equation 2). Parameters are named {@code layers/0/kernel} and
 * {@code shortcut/0/kernel}. The mask that goes on is that behind the layers.
 *
 * @param layers one after the other
 * @param shortcut what is done to the input on the way around, to give it the layers' shape; the
 *     identity unless given
 * @param activation what is applied to the sum, {@code linear} unless given
 */
public record Residual(
    List<Layer> layers,
    @Default("[]") List<Layer> shortcut,
    @Default("linear") Activation activation)
    implements Layer {
  /** Checks that there are layers. */
  public Residual {
    layers = List.copyOf(layers);
    shortcut = List.copyOf(shortcut);
    if (layers.isEmpty()) {
      throw new ConfigException("layers: expects at least one layer, got none");
    }
  }

  /** Layers with the identity around them. */
  public Residual(Layer... layers) {
    this(List.of(layers), List.of(), new Linear());
  }

  @Override
  public Value apply(Value x, Parameters p) {
    Value mask = p.mask();
    Value y = Branch.of("layers", layers, x, p);
    Value after = p.mask();
    p.setMask(mask);
    Value around = shortcut.isEmpty() ? x : Branch.of("shortcut", shortcut, x, p);
    p.setMask(after);
    if (!y.shape().equals(around.shape())) {
      throw new ShapeException(
          "residual expects layers and shortcut of the same shape, got %s and %s%s"
              .formatted(
                  y.shape(),
                  around.shape(),
                  shortcut.isEmpty() ? "; give a shortcut, such as a conv2d of size 1" : ""));
    }
    return activation.of(y.add(around));
  }
}
