package io.sparrowml.spark.cluster;

/** Ends a compute thread whose training has ended elsewhere; nothing is to be reported. */
final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoppedException() {
    super("the training has ended", null, false, false);
  }
}
