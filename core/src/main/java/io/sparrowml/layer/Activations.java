package io.sparrowml.layer;

import io.sparrowml.config.Catalog;

/** The activations by the names that configurations use. */
public final class Activations {
  /** All of them. */
  public static final Catalog<Activation> CATALOG =
      new Catalog<>(Activation.class, "activation")
          .add("linear", Linear.class)
          .add("relu", Relu.class)
          .add("leaky-relu", LeakyRelu.class)
          .add("sigmoid", Sigmoid.class)
          .add("tanh", Tanh.class)
          .add("elu", Elu.class)
          .add("selu", Selu.class)
          .add("gelu", Gelu.class)
          .add("silu", Silu.class)
          .add("softplus", Softplus.class)
          .add("hard-sigmoid", HardSigmoid.class)
          .add("hard-swish", HardSwish.class)
          .add("softmax", Softmax.class);

  private Activations() {}
}
