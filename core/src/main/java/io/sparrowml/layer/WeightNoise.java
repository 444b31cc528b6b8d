package io.sparrowml.layer;

import io.sparrowml.config.Ranges;
import io.sparrowml.op.Gaussian;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.RandomDraw;
import java.util.List;

/**
 * A layer whose weights are noisy in training (Murray and Edwards, 1994; Graves, <em>Practical
 * variational inference for neural networks</em>, 2011, section 3): {@code w + stddev e}, with
 * {@code e} standard normal, takes the place of every trained parameter {@code w} that the layer
 * asks for, others in each step; the gradient goes to {@code w}. In inference nothing changes.
 *
 * <p>The layer's parameters have the names that they would have without this.
 *
 * @param stddev the standard deviation of the noise, at least 0
 * @param layer whose weights
 */
public record WeightNoise(double stddev, Layer layer) implements Layer {
  /** Checks the standard deviation. */
  public WeightNoise {
    Ranges.notNegative("stddev", stddev);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    return layer.apply(
        x,
        p.training() && stddev > 0
            ? p.trainedAs((w, value) -> noisy(value, p.random("weight noise of " + w.path())))
            : p);
  }

  private Value noisy(Value weights, RandomDraw draw) {
    Value noise = weights.engine().apply(new Gaussian(draw), List.of(weights));
    return weights.add(noise.scale(stddev));
  }
}
