package io.sparrowml.spark.server;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the fixed tree: sums of subtrees come in any order and from any thread, and meet in
 * pairs, left before right, until one of the tops is complete.
 *
 * <p>Only as many sums wait as have no partner yet; a sum that waits belongs to the reduction.
 *
 * @param <T> what is added
 */
public final class Reduction<T> {
  private final FixedTree tree;
  private final Set<Integer> tops;
  private final BinaryOperator<T> addition;
  private final Map<Integer, T> waiting = new HashMap<>();
  private @Nullable Consumer<T> discard;

  /**
   * The sum of a complete top.
   *
   * @param subtree which one
   * @param sum of all its workers
   */
  public record Total<T>(int subtree, T sum) {}

  /**
   * A reduction.
   *
   * @param tops the subtrees at which to stop
   * @param addition adds a right sum to a left one; may reuse the memory of both
   */
  public Reduction(FixedTree tree, Set<Integer> tops, BinaryOperator<T> addition) {
    this.tree = tree;
    this.tops = Set.copyOf(tops);
    this.addition = addition;
  }

  /**
   * Adds the sum of a subtree, each once.
   *
   * @return the total of the top that this completed, null if it completed none
   */
  public @Nullable Total<T> add(int subtree, T sum) {
    int at = subtree;
    T total = sum;
    while (!tops.contains(at)) {
      int sibling = at ^ 1;
      if (tree.contains(sibling)) {
        T other;
        synchronized (waiting) {
          if (discard != null) {
            discard.accept(total);
            return null;
          }
          other = waiting.remove(sibling);
          if (other == null) {
            waiting.put(at, total);
            return null;
          }
        }
        total = at < sibling ? addition.apply(total, other) : addition.apply(other, total);
      }
      at /= 2;
    }
    return new Total<>(at, total);
  }

  /** Gives up: what waits is discarded, and so is what comes later and would have to wait. */
  public void close(Consumer<T> discarding) {
    synchronized (waiting) {
      discard = discarding;
      waiting.values().forEach(discarding);
      waiting.clear();
    }
  }
}
