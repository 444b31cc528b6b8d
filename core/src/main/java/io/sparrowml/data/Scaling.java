package io.sparrowml.data;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;

/**
 * What is done to the numbers of one feature: {@code (x - shift) * scale}, with one shift and scale
 * a channel.
 */
public record Scaling(List<Float> shift, List<Float> scale) implements Serializable {
  /** Checks that both have the same length. */
  public Scaling {
    shift = List.copyOf(shift);
    scale = List.copyOf(scale);
    if (shift.isEmpty() || shift.size() != scale.size()) {
      throw new IllegalArgumentException(
          "scaling expects as many shifts as scales, at least one, got "
              + shift.size()
              + " and "
              + scale.size());
    }
  }

  /** The scaling that changes nothing. */
  public static Scaling identity(int channels) {
    return new Scaling(Collections.nCopies(channels, 0f), Collections.nCopies(channels, 1f));
  }
}
