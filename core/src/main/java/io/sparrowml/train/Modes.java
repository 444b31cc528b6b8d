package io.sparrowml.train;

import io.sparrowml.config.Catalog;

/** The modes of training by the names that configurations use. */
public final class Modes {
  /** All of them. */
  public static final Catalog<Mode> CATALOG =
      new Catalog<>(Mode.class, "mode")
          .add("sync", Mode.Sync.class)
          .add("local-steps", Mode.LocalSteps.class)
          .add("bounded-staleness", Mode.BoundedStaleness.class)
          .add("async", Mode.Async.class);

  private Modes() {}
}
