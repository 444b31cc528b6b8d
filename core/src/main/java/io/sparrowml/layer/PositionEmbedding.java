package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.initializer.Initializer;
import io.sparrowml.initializer.XavierUniform;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.ShapeException;

/**
 * Adds a learned vector for each place in a sequence, {@code [n, t, d] -> [n, t, d]} (Gehring et
 * al., <em>Convolutional sequence to sequence learning</em>, 2017, section 3.1).
 *
 * @param table how {@code table [t, d]} starts, {@code xavier-uniform} unless given
 */
public record PositionEmbedding(@Default("xavier-uniform") Initializer table) implements Layer {
  /** A layer with the default start. */
  public PositionEmbedding() {
    this(new XavierUniform());
  }

  @Override
  public Value apply(Value x, Parameters p) {
    if (x.shape().rank() != 3) {
      throw new ShapeException("position-embedding expects [n, t, features], got " + x.shape());
    }
    return x.add(p.get("table", x.shape().from(1), table));
  }
}
