package io.sparrowml.spark.cluster;

import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.Reduction;
import io.sparrowml.spark.wire.Report;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What metrics saw of an epoch, until all nodes are done with it: of the training rows from the
 * first shard, of the validation rows from all nodes.
 */
final class EpochMeasures {
  private final TrainingSpec spec;
  private final FixedTree tree;
  private Reduction<long[][]> reports;
  private long @Nullable [][] trained;
  private long @Nullable [][] validated;

  EpochMeasures(TrainingSpec spec) {
    this.spec = spec;
    this.tree = new FixedTree(spec.logicalWorkers());
    this.reports = reduction();
  }

  private Reduction<long[][]> reduction() {
    return new Reduction<>(tree, Set.of(FixedTree.ROOT), spec::mergeStates);
  }

  /** Forgets what has come: of the next epoch, or of the same once more. */
  void reset() {
    reports = reduction();
    trained = null;
    validated = null;
  }

  /** Takes the states over the training rows; none where there were no rows. */
  void trained(long[][] states) {
    trained = states.length == 0 ? spec.measured().zero() : states;
  }

  /**
   * Takes what a node saw.
   *
   * @throws io.sparrowml.config.ConfigException when the states together are too large
   */
  void add(Report report) {
    for (Report.Part part : report.parts()) {
      Reduction.Total<long[][]> total = reports.add(part.subtree(), part.states());
      if (total != null) {
        validated = total.sum();
      }
    }
  }

  /** Whether all has come. */
  boolean complete() {
    return trained != null && validated != null;
  }

  /** States over the training rows, once {@link #complete}. */
  long[][] trained() {
    if (trained == null) {
      throw new IllegalStateException("the epoch is not measured");
    }
    return trained;
  }

  /** States over the validation rows; null where there are none. */
  long @Nullable [][] validated() {
    return validated == null || validated.length == 0 ? null : validated;
  }
}
