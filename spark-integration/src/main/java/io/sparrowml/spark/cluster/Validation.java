package io.sparrowml.spark.cluster;

import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.Reduction;
import io.sparrowml.spark.wire.Report;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whose validation rows a node has seen after an epoch, and what metrics saw of them. */
final class Validation {
  private final List<Integer> workers;
  private final TrainingSpec spec;
  private final List<Report.Part> parts = new ArrayList<>();
  private @Nullable Reduction<long[][]> states;
  private int tops;
  private int epoch;
  private int claimed;

  /**
   * Nobody's yet.
   *
   * @param workers those that the node hosts
   */
  Validation(List<Integer> workers, TrainingSpec spec) {
    this.workers = workers;
    this.spec = spec;
  }

  /** The next worker to be validated after an epoch, -1 when there is none. */
  int claim(int after) {
    if (after > epoch) {
      epoch = after;
      claimed = 0;
      states = null;
      parts.clear();
    }
    return after == epoch && claimed < workers.size() ? workers.get(claimed++) : -1;
  }

  /** Takes what metrics saw of a worker's rows; returns all once all have come, else null. */
  @Nullable List<Report.Part> add(FixedTree tree, int worker, long[][] seen) {
    if (states == null) {
      Set<Integer> all = new HashSet<>(tree.cover(workers::contains));
      tops = all.size();
      states = new Reduction<>(tree, all, spec::mergeStates);
    }
    Reduction.Total<long[][]> total = states.add(tree.leaf(worker), seen);
    if (total != null) {
      parts.add(new Report.Part(total.subtree(), total.sum()));
    }
    return total != null && parts.size() == tops ? List.copyOf(parts) : null;
  }
}
