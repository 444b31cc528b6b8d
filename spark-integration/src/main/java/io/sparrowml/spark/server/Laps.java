package io.sparrowml.spark.server;

import io.sparrowml.train.Phase;

/** Is told what the time went to, to measure it or not. */
@FunctionalInterface
public interface Laps {
  /** Measures nothing. */
  Laps NONE = phase -> {};

  /** What was done since the last call was of this phase. */
  void done(Phase phase);
}
