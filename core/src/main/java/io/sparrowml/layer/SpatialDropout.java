package io.sparrowml.layer;

import io.sparrowml.config.Ranges;
import io.sparrowml.op.DropoutMask;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.ShapeException;
import java.util.List;

/**
 * Dropout of whole channels (Tompson et al., <em>Efficient object localization using convolutional
 * networks</em>, 2015), {@code [n, ..., channels]}: in training each channel of a sample is 0 with
 * probability {@code rate} and scaled by {@code 1 / (1 - rate)} else, at all its places alike; in
 * inference nothing changes.
 *
 * @param rate the probability of dropping, in [0, 1)
 */
public record SpatialDropout(double rate) implements Layer {
  /** Checks the rate. */
  public SpatialDropout {
    Ranges.fraction("rate", rate);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    if (x.shape().rank() < 3) {
      throw new ShapeException(
          "spatial dropout expects [n, ..., channels] with places, got "
              + x.shape()
              + "; use dropout");
    }
    if (!p.training() || rate == 0) {
      return x;
    }
    DropoutMask mask = new DropoutMask(rate, p.random("dropout"), true);
    return x.multiply(x.engine().apply(mask, List.of(x)));
  }
}
