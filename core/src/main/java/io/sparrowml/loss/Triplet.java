package io.sparrowml.loss;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;

/**
 * Brings an anchor nearer to a positive example than to a negative one, by a margin: {@code max(0,
 * |a - p|^2 - |a - n|^2 + margin)} (Schroff, Kalenichenko and Philbin, <em>FaceNet</em>, 2015,
 * equation 3). PyTorch's takes distances that are not squared, and a margin of 1. Outputs are
 * anchors, positives and negatives {@code [n, 3, features]} or {@code [n, 3 features]}; targets are
 * not used. Predictions are the embeddings.
 *
 * @param margin above 0, 0.2 unless given, as in the paper
 */
public record Triplet(@Default("0.2") double margin) implements NumberLoss {
  /** Checks the margin. */
  public Triplet {
    Ranges.positive("margin", margin);
  }

  @Override
  public Value of(Value outputs, Value targets) {
    Value[] triplet = Embeddings.of("triplet", outputs, 3);
    return Embeddings.squaredDistance(triplet[0], triplet[1])
        .subtract(Embeddings.squaredDistance(triplet[0], triplet[2]))
        .shift(margin)
        .relu();
  }

  /** The least of the shapes that {@link #fits} allows. */
  @Override
  public Shape outputs(Shape target, int classes) {
    return Shape.of(3, 1);
  }

  @Override
  public boolean fits(Shape outputs, Shape target, int classes) {
    return Embeddings.features(outputs, 3) > 0;
  }
}
