package io.sparrowml.spark.cluster;

/** Takes a compute thread out of a generation that has ended; it goes on in the next. */
final class RegroupedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RegroupedException() {
    super("who takes part in the training changes", null, false, false);
  }
}
