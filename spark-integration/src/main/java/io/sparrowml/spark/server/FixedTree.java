package io.sparrowml.spark.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The binary tree over the logical workers along which everything is added, so that a sum has the
 * same bits wherever its terms were computed.
 *
 * <p>Subtrees are numbered as in a heap: 1 is the root, {@code 2 i} and {@code 2 i + 1} are the
 * halves of {@code i}. The leaves are the workers, padded to a power of two by places that do not
 * exist.
 *
 * <pre>
 *   workers = 3            1
 *                      2       3
 *                    4   5   6   -
 *   worker           0   1   2
 * </pre>
 *
 * @param workers how many logical workers there are, at least 1
 */
public record FixedTree(int workers) {
  /** The subtree of all workers. */
  public static final int ROOT = 1;

  /** Checks the number. */
  public FixedTree {
    if (workers < 1 || workers > 1 << 20) {
      throw new IllegalArgumentException("a tree expects 1 to 1048576 workers, got " + workers);
    }
  }

  private int places() {
    return Integer.highestOneBit(2 * workers - 1);
  }

  /** How many levels it has, that of the workers among them. */
  public int depth() {
    return Integer.numberOfTrailingZeros(places()) + 1;
  }

  /** The subtree of one worker. */
  public int leaf(int worker) {
    return places() + worker;
  }

  /** The first worker of a subtree. */
  public int first(int subtree) {
    return subtree * span(subtree) - places();
  }

  /** The worker after the last of a subtree. */
  public int end(int subtree) {
    return Math.min(first(subtree) + span(subtree), workers);
  }

  private int span(int subtree) {
    return places() / Integer.highestOneBit(subtree);
  }

  /** Whether the number is that of a subtree with at least one worker. */
  public boolean contains(int subtree) {
    return subtree >= ROOT && subtree < 2 * places() && first(subtree) < workers;
  }

  /** The largest subtrees all of whose workers are accepted, from left to right. */
  public List<Integer> cover(IntPredicate accepted) {
    List<Integer> subtrees = new ArrayList<>();
    cover(ROOT, accepted, subtrees);
    return subtrees;
  }

  private void cover(int subtree, IntPredicate accepted, List<Integer> into) {
    if (!contains(subtree)) {
      return;
    }
    boolean all = true;
    for (int worker = first(subtree); worker < end(subtree); worker++) {
      all &= accepted.test(worker);
    }
    if (all) {
      into.add(subtree);
    } else if (subtree < places()) {
      cover(2 * subtree, accepted, into);
      cover(2 * subtree + 1, accepted, into);
    }
  }
}
