package io.sparrowml.kernel;

/**
 * A computation over given memory, ready to run: what {@link Kernels} hand out.
 *
 * <p>It may run any number of times, with whatever numbers its operands hold then, and allocates
 * nothing but on its first run. It lives as long as the {@link Kernels} that it came from, and is
 * used by their thread.
 */
@FunctionalInterface
public interface Kernel {
  /** Computes. */
  void run();

  /**
   * Says that from now to the next call of this all operands but the first hold still, as weights
   * do in inference: a kernel may lay them out here as it likes best, once for many runs.
   */
  default void hold() {}
}
