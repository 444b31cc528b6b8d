package io.sparrowml.spark.transport;

import io.netty.util.internal.PlatformDependent;

/** The off-heap memory that Netty, and with it Arrow, may take in this JVM. */
public final class DirectMemory {
  private DirectMemory() {}

  /**
   * The most, in bytes: the size of the heap, unless {@code io.netty.maxDirectMemory} says
   * otherwise.
   */
  public static long limit() {
    return PlatformDependent.maxDirectMemory();
  }
}
