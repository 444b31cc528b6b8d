package io.sparrowml.spark.cluster;

import io.sparrowml.model.Layout;
import io.sparrowml.optimizer.SquaredNorm;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the flat vector may be cut into shards: at every multiple of 16 numbers, which is 64 bytes,
 * or only between parameters, where the update looks at whole ones.
 *
 * @param size the length of the flat vector
 * @param parameters where each parameter begins, from 0 on; empty where any multiple of 16 will do
 */
record Cuts(int size, List<Integer> parameters) {
  /** So many numbers are worth a message of their own. */
  private static final int LARGE = 1 << 16;

  /** So many are worth a shard of their own while there are few. */
  private static final int SMALL = 1 << 14;

  private static final int FEW = 8;
  private static final int MOST = 64;

  /** Takes a copy. */
  Cuts {
    parameters = List.copyOf(parameters);
  }

  /** At multiples of 16. */
  static Cuts anywhere(int size) {
    return new Cuts(size, List.of());
  }

  /** As the update that shards do, and a network's constraints allow. */
  static Cuts of(Layout layout, ServerUpdate update) {
    return update.segments().areWholeFor(update.optimizer())
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

  /** How long the longest shard is. */
  int longest() {
    return ranges().stream().mapToInt(Range::length).max().orElse(0);
  }

  /** A slice of the flat vector. */
  record Range(int from, int length) {}

  /**
   * The slices of the shards. They do not depend on who takes part, so that shards can go from node
   * to node: several where there is much to update and to send, so that one can be updated while
   * the next is on its way, and not so many that messages cost more than what they carry.
   */
  List<Range> ranges() {
    return ranges(Math.max(size / LARGE, Math.min(FEW, size / SMALL)));
  }

  /** So many slices, within what the cuts allow, as equal in length as they can be. */
  List<Range> ranges(int wanted) {
    int count = Math.max(1, Math.min(Math.min(wanted, MOST), pieces()));
    List<Range> ranges = new ArrayList<>();
    int piece = 0;
    for (int range = 0; range < count; range++) {
      int ideal = (int) ((range + 1L) * size / count);
      int next = nearest(ideal, piece + 1, pieces() - (count - 1 - range));
      ranges.add(new Range(from(piece), from(next) - from(piece)));
      piece = next;
    }
    return ranges;
  }
}
