package io.sparrowml.autograd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Places blocks of memory that live for some time each in as little as possible together: the
 * largest first, each at the lowest offset where it meets none that lives while it does (greedy by
 * size: Pisarchyk and Lee, <em>Efficient memory management for deep neural net inference</em>,
 * 2020).
 *
 * @param <T> what the blocks are for
 */
final class Offsets<T> {
  private static final long ALIGNMENT = 64;

  private final List<Life<T>> lives = new ArrayList<>();

  private record Life<T>(T of, long bytes, int from, int to) {
    boolean meets(Life<T> other) {
      return from <= other.to && other.from <= to;
    }
  }

  /** Where the blocks are, in bytes, and how many bytes all take. */
  record Plan<T>(Map<T, Long> offsets, long bytes) {}

  /**
   * Adds a block.
   *
   * @param from when it is first written
   * @param to when it is last read
   */
  void add(T of, long bytes, int from, int to) {
    lives.add(new Life<>(of, (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT, from, to));
  }

  /** Places them all. */
  Plan<T> plan() {
    List<Life<T>> largestFirst = new ArrayList<>(lives);
    largestFirst.sort(Comparator.comparingLong((Life<T> life) -> -life.bytes));
    List<Life<T>> placed = new ArrayList<>();
    Map<T, Long> offsets = new HashMap<>();
    long end = 0;
    for (Life<T> life : largestFirst) {
      long offset = 0;
      for (Life<T> other : placed) { // in the order of their offsets
        long start = offsets.getOrDefault(other.of, 0L);
        if (other.meets(life)) {
          if (start >= offset + life.bytes) {
            break;
          }
          offset = Math.max(offset, start + other.bytes);
        }
      }
      offsets.put(life.of, offset);
      placed.add(life);
      placed.sort(Comparator.comparingLong((Life<T> each) -> offsets.getOrDefault(each.of, 0L)));
      end = Math.max(end, offset + life.bytes);
    }
    return new Plan<>(offsets, end);
  }
}
