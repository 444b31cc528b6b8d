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
            .add("sequential", Sequential.class)
            .add("residual", Residual.class)
            .add("parallel", Parallel.class)
            .add("graph", LayerGraph.class);
    Activations.CATALOG.kinds().forEach(catalog::add);
    return catalog;
  }
}
