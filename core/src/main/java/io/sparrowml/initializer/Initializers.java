package io.sparrowml.initializer;

import io.sparrowml.config.Catalog;

/** The initializers by the names that configurations use. */
public final class Initializers {
  /** All of them. */
  public static final Catalog<Initializer> CATALOG =
      new Catalog<>(Initializer.class, "initializer")
          .add("zeros", Zeros.class)
          .add("constant", Constant.class)
          .add("he-normal", HeNormal.class)
          .add("he-uniform", HeUniform.class)
          .add("xavier-normal", XavierNormal.class)
          .add("xavier-uniform", XavierUniform.class)
          .add("lecun-normal", LecunNormal.class)
          .add("lecun-uniform", LecunUniform.class)
          .add("orthogonal", Orthogonal.class);

  private Initializers() {}
}
