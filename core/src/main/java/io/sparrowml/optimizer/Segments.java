package io.sparrowml.optimizer;

import java.util.ArrayList;
import java.util.List;

/**
 * What lies in a slice of the flat vector, or in all of it.
 *
 * @param inOrder from the first to the last; numbers between them belong to nobody
 */
public record Segments(List<Segment> inOrder) {
  /** Takes a copy. */
  public Segments {
    inOrder = List.copyOf(inOrder);
  }

  /**
   * What of these lies in a part of the slice.
   *
   * @param from index of the part's first number, a multiple of {@link SquaredNorm#GROUP}
   * @param length of the part
   */
  public Segments within(int from, int length) {
    List<Segment> parts = new ArrayList<>();
    for (Segment segment : inOrder) {
      int first = Math.max(segment.from(), from);
      int end = Math.min(segment.from() + segment.length(), from + length);
      if (first < end) {
        parts.add(segment.part(first - from, end - first));
      }
    }
    return new Segments(parts);
  }

  /**
   * Whether slices may only be cut between parameters: an optimizer or a constraint looks at whole
   * ones.
   */
  public boolean areWholeFor(Optimizer optimizer) {
    return optimizer instanceof LayerwiseOptimizer || inOrder.stream().anyMatch(Segment::isWhole);
  }
}
