package io.sparrowml.layer;

import io.sparrowml.config.Catalog;

/** The layers by the names that configurations use. */
public final class Layers {
  /** All of them, the activations among them. */
  public static final Catalog<Layer> CATALOG = catalog();

  private Layers() {}

  private static Catalog<Layer> catalog() {
    Catalog<Layer> catalog =
        new Catalog<>(Layer.class, "layer")
            .add("dense", Dense.class)
            .add("flatten", Flatten.class)
            .add("dropout", Dropout.class)
            .add("spatial-dropout", SpatialDropout.class)
            .add("alpha-dropout", AlphaDropout.class)
            .add("gaussian-dropout", GaussianDropout.class)
            .add("gaussian-noise", GaussianNoise.class)
            .add("weight-noise", WeightNoise.class)
            .add("prelu", PRelu.class)
            .add("batch-norm", BatchNorm.class)
            .add("layer-norm", LayerNorm.class)
            .add("group-norm", GroupNorm.class)
            .add("embedding", Embedding.class)
            .add("positional-encoding", PositionalEncoding.class)
            .add("position-embedding", PositionEmbedding.class)
            .add("multi-head-attention", MultiHeadAttention.class)
            .add("lstm", Lstm.class)
            .add("gru", Gru.class)
            .add("transformer-block", TransformerBlock.class)
            .add("mean-over-time", MeanOverTime.class)
            .add("last-step", LastStep.class)
            .add("sequential", Sequential.class)
            .add("residual", Residual.class)
            .add("parallel", Parallel.class)
            .add("graph", LayerGraph.class);
    Activations.CATALOG.kinds().forEach(catalog::add);
    return catalog;
  }
}
