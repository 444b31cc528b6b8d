package io.sparrowml.metric;

/** The state of metrics that are a share of samples: how many there are, and how many of them. */
public final class Share {
  private Share() {}

  /** The state of no samples. */
  public static long[] zero() {
    return new long[2];
  }

  /** Adds a sample, which is one of them or not. */
  public static void add(long[] state, boolean counts) {
    state[0]++;
    state[1] += counts ? 1 : 0;
  }

  /** Adds another state to the first one, and returns that. */
  public static long[] merge(long[] state, long[] other) {
    state[0] += other[0];
    state[1] += other[1];
    return state;
  }

  /** The share, not a number where there are no samples. */
  public static double result(long[] state) {
    return (double) state[1] / state[0];
  }
}
