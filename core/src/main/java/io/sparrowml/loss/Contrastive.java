package io.sparrowml.loss;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;

/**
 * Draws embeddings of the same thing together and pushes those of different things {@code margin}
 * apart: with the distance {@code d} of a pair, {@code (1 - y) d^2 / 2 + y max(0, margin - d)^2 /
 * 2} (Hadsell, Chopra and LeCun, <em>Dimensionality reduction by learning an invariant
 * mapping</em>, 2006, equation 4). Outputs are pairs {@code [n, 2, features]} or {@code [n, 2
 * features]}; targets {@code [n]} are 0 for the same and 1 for different things, as in the paper.
 * Predictions are the embeddings.
 *
 * @param margin how far apart different things should be, above 0, 1 unless given
 */
public record Contrastive(@Default("1") double margin) implements NumberLoss {
  /** Keeps the root's gradient finite where a pair coincides. */
  private static final double TINY = 1e-12;

  /** Checks the margin. */
  public Contrastive {
    Ranges.positive("margin", margin);
  }

  @Override
  public Value of(Value outputs, Value targets) {
    Value[] pair = Embeddings.of("contrastive", outputs, 2);
    Value square = Embeddings.squaredDistance(pair[0], pair[1]);
    Value different = targets.reshape(square.shape());
    Value missing = square.shift(TINY).sqrt().scale(-1).shift(margin).relu();
    Value same = different.scale(-1).shift(1);
    return square.multiply(same).add(missing.square().multiply(different)).scale(0.5);
  }

  /** The least of the shapes that {@link #fits} allows. */
  @Override
  public Shape outputs(Shape target, int classes) {
    return Shape.of(2, 1);
  }

  @Override
  public boolean fits(Shape outputs, Shape target, int classes) {
    return Embeddings.features(outputs, 2) > 0;
  }
}
