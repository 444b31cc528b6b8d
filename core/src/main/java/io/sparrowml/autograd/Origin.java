package io.sparrowml.autograd;

/**
 * For whom something is computed.
 *
 * @param layer its path, such as {@code 3} or {@code 2/layers/0}; empty where no layer was named
 * @param backward whether it is part of a gradient
 */
public record Origin(String layer, boolean backward) {
  /** Where nothing was named. */
  static final Origin NONE = new Origin("", false);
}
