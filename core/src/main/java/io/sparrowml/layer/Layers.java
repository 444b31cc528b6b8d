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
            .add("reshape", Reshape.class)
            .add("conv1d", Conv1d.class)
            .add("conv2d", Conv2d.class)
            .add("conv1d-transpose", Conv1dTranspose.class)
            .add("conv2d-transpose", Conv2dTranspose.class)
            .add("separable-conv2d", SeparableConv2d.class)
            .add("zero-padding2d", ZeroPadding2d.class)
            .add("max-pool1d", MaxPool1d.class)
            .add("max-pool2d", MaxPool2d.class)
            .add("average-pool1d", AveragePool1d.class)
            .add("average-pool2d", AveragePool2d.class)
            .add("global-max-pool", GlobalMaxPool.class)
            .add("global-average-pool", GlobalAveragePool.class)
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
