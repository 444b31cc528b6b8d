package io.sparrowml.loss;

import io.sparrowml.config.Catalog;

/** The losses by the names that configurations use. */
public final class Losses {
  /** All of them. */
  public static final Catalog<Loss> CATALOG =
      new Catalog<>(Loss.class, "loss")
          .add("softmax-cross-entropy", SoftmaxCrossEntropy.class)
          .add("binary-cross-entropy", BinaryCrossEntropy.class)
          .add("hinge", Hinge.class)
          .add("multi-class-hinge", MultiClassHinge.class)
          .add("mean-squared-error", MeanSquaredError.class)
          .add("mean-absolute-error", MeanAbsoluteError.class)
          .add("huber", Huber.class)
          .add("kl-divergence", KlDivergence.class)
          .add("contrastive", Contrastive.class)
          .add("triplet", Triplet.class);

  private Losses() {}
}
