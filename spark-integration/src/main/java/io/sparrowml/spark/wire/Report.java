package io.sparrowml.spark.wire;

import java.util.Arrays;
import java.util.List;

/**
 * A node is done with an epoch: it hands the coordinator what metrics saw of its validation rows.
 * Only when all are done is anything decided, as whoever is not yet there would take the decision
 * too early.
 *
 * @param epoch the epoch, from 1
 * @param parts the states of the node's subtrees
 */
public record Report(int generation, long step, int epoch, List<Part> parts) implements Message {

  public Report {
    parts = List.copyOf(parts);
  }

  /**
   * The metric states of a subtree of the fixed tree.
   *
   * @param subtree which part of the tree
   * @param states one state a metric, in the metrics' order; not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by content below
  public record Part(int subtree, long[][] states) {

    public Part {
      States.check(states);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Part part
          && part.subtree == subtree
          && Arrays.deepEquals(part.states, states);
    }

    @Override
    public int hashCode() {
      return 31 * subtree + Arrays.deepHashCode(states);
    }
  }
}
