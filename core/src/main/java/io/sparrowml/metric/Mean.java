package io.sparrowml.metric;

/** The state of metrics that are a mean of numbers: how many there are, and their sum. */
public final class Mean {
  private Mean() {}

  /** The state of no numbers. */
  public static long[] zero() {
    return new long[1 + ExactSum.LENGTH];
  }

  /** Adds a number. */
  public static void add(long[] state, double number) {
    state[0]++;
    ExactSum.add(state, 1, number);
  }

  /** Adds another state to the first one, and returns that. */
  public static long[] merge(long[] state, long[] other) {
    state[0] += other[0];
    ExactSum.merge(state, 1, other, 1);
    return state;
  }

  /** The mean, not a number where there are none. */
  public static double result(long[] state) {
    return ExactSum.value(state, 1) / state[0];
  }
}
