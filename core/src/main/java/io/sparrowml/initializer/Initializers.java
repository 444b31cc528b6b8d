package io.sparrowml.initializer;

import io.sparrowml.config.Catalog;

/** The initializers by the names that configurations use. */
public final class Initializers {
  /** All of them. */
  public static final Catalog<Initializer> CATALOG =
      new Catalog<>(Initializer.class, "initializer")
          .add("zeros", Zeros.class)
          .add("ones", Ones.class)
          .add("constant", Constant.class)
          .add("normal", Normal.class)
          .add("truncated-normal", TruncatedNormal.class)
          .add("uniform", Uniform.class)
          .add("he-normal", HeNormal.class)
          .add("he-uniform", HeUniform.class)
          .add("xavier-normal", XavierNormal.class)
          .add("xavier-uniform", XavierUniform.class)
          .add("lecun-normal", LecunNormal.class)
          .add("lecun-uniform", LecunUniform.class)
          .add("orthogonal", Orthogonal.class);

  private Initializers() {}
}
