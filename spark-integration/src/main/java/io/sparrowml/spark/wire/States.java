package io.sparrowml.spark.wire;

import java.util.Objects;

/** States of metrics: one array each, in the metrics' order. */
final class States {
  private States() {}

  static void check(long[][] states) {
    for (long[] state : states) {
      Objects.requireNonNull(state, "state");
    }
  }
}
