package io.sparrowml.train;

import io.sparrowml.config.Catalog;

/** The compressions of gradients by the names that configurations use. */
public final class Compressions {
  /** All of them. */
  public static final Catalog<Compression> CATALOG =
      new Catalog<>(Compression.class, "compression")
          .add("none", Compression.None.class)
          .add("bfloat16", Compression.Bfloat16.class)
          .add("float16", Compression.Float16.class)
          .add("int8", Compression.Int8.class)
          .add("top-k", Compression.TopK.class);

  private Compressions() {}
}
