package io.sparrowml.spark.cluster;

import io.sparrowml.model.Layout;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.SquaredNorm;
import io.sparrowml.train.ParameterSegments;
import java.util.List;

/**
 * Where the flat vector may be cut into shards: at every multiple of 16 numbers, which is 64 bytes,
 * or only between parameters, where the update looks at whole ones.
 *
 * @param size the length of the flat vector
 * @param parameters where each parameter begins, from 0 on; empty where any multiple of 16 will do
 */
record Cuts(int size, List<Integer> parameters) {
  /** Takes a copy. */
  Cuts {
    parameters = List.copyOf(parameters);
  }

  /** At multiples of 16. */
  static Cuts anywhere(int size) {
    return new Cuts(size, List.of());
  }

  /** As an optimizer and a network's constraints allow. */
  static Cuts of(Layout layout, Optimizer optimizer) {
    return ParameterSegments.of(layout).areWholeFor(optimizer)
        ? new Cuts(layout.size(), layout.entries().stream().map(Layout.Entry::offset).toList())
        : anywhere(layout.size());
  }

  /** How many pieces the vector falls into if it is cut wherever it may be. */
  int pieces() {
    return parameters.isEmpty()
        ? Math.max(1, (size + SquaredNorm.GROUP - 1) / SquaredNorm.GROUP)
        : parameters.size();
  }

  /** Where a piece begins; the one after the last begins at the end. */
  int from(int piece) {
    if (piece == pieces()) {
      return size;
    }
    return parameters.isEmpty() ? piece * SquaredNorm.GROUP : parameters.get(piece);
  }

  /** The piece from {@code first} to {@code last} that begins nearest to a place. */
  int nearest(int place, int first, int last) {
    int low = first;
    int high = last;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (from(middle) <= place) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.abs(from(high) - (long) place) < Math.abs(from(low) - (long) place) ? high : low;
  }
}
