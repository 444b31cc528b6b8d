package io.sparrowml.autograd;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long the kernels of programs ran, in nanoseconds, by {@link Origin}. Belongs to one thread.
 */
public final class Timings {
  private final Map<Origin, Long> nanos = new LinkedHashMap<>();

  /** Adds some time. */
  void add(Origin origin, long time) {
    nanos.merge(origin, time, Long::sum);
  }

  /** The time of each origin, in the order in which they first ran. */
  public Map<Origin, Long> nanos() {
    return Collections.unmodifiableMap(nanos);
  }

  /** All time of one direction. */
  public long total(boolean backward) {
    return nanos.entrySet().stream()
        .filter(entry -> entry.getKey().backward() == backward)
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
