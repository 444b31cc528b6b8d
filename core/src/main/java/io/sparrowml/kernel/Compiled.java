package io.sparrowml.kernel;

import org.bytedeco.dnnl.dnnl_stream;

/** What a {@link Recipe} makes: native code that runs over any addresses. */
interface Compiled extends AutoCloseable {
  /**
   * Computes.
   *
   * @param addresses where the arguments lie, in the recipe's order
   */
  void run(dnnl_stream stream, long... addresses);

  /** How many bytes each argument takes, in the recipe's order. */
  long[] bytes();

  @Override
  void close();
}
