package io.sparrowml.optimizer;

import io.sparrowml.config.Catalog;

/** The optimizers by the names that configurations use. */
public final class Optimizers {
  /** All of them. */
  public static final Catalog<Optimizer> CATALOG =
      new Catalog<>(Optimizer.class, "optimizer")
          .add("sgd", Sgd.class)
          .add("adagrad", Adagrad.class)
          .add("adadelta", Adadelta.class)
          .add("rmsprop", RmsProp.class)
          .add("adam", Adam.class)
          .add("adamw", AdamW.class)
          .add("nadam", Nadam.class)
          .add("amsgrad", AmsGrad.class)
          .add("lamb", Lamb.class);

  private Optimizers() {}
}
