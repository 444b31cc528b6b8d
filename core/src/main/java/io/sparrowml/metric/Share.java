package io.sparrowml.metric;

/** The state of metrics that are a share of samples: how many there are, and how many of them. */
final class Share {
  private Share() {}

  static long[] zero() {
    return new long[2];
  }

  /** Adds a sample, which is one of them or not. */
  static void add(long[] state, boolean counts) {
    state[0]++;
    state[1] += counts ? 1 : 0;
  }

  static long[] merge(long[] state, long[] other) {
    state[0] += other[0];
    state[1] += other[1];
    return state;
  }

  static double result(long[] state) {
    return (double) state[1] / state[0];
  }
}
