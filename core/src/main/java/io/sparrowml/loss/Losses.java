package io.sparrowml.loss;

import io.sparrowml.config.Catalog;

/** The losses by the names that configurations use. */
public final class Losses {
  /** All of them. */
  public static final Catalog<Loss> CATALOG =
      new Catalog<>(Loss.class, "loss")
          .add("softmax-cross-entropy", SoftmaxCrossEntropy.class)
          .add("binary-cross-entropy", BinaryCrossEntropy.class)
          .add("mean-squared-error", MeanSquaredError.class);

  private Losses() {}
}
