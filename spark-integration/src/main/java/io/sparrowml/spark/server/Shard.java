package io.sparrowml.spark.server;

import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * A slice of the parameters with its optimizer's slots. It takes the gradient sums of subtrees,
 * adds them up the fixed tree, and when every worker is covered updates its slice and answers who
 * asked.
 *
 * <p>Each (generation, step, subtree) counts once: duplicates and what belongs to earlier steps or
 * generations is dropped. So an update is of the whole batch or does not happen.
 *
 * <p>A shard belongs to one thread.
 */
public final class Shard {
  private final int index;
  private final int from;
  private final FixedTree tree;
  private final Tensor parameters;
  private final List<Tensor> slots;
  private final Tensor best;
  private final Updater updater;
  private final Peers peers;
  private final int generation;
  private final List<Waiting> pulls = new ArrayList<>();
  private final BitSet covered = new BitSet();
  private Reduction<GradientSum> reduction;
  private long step;

  private record Waiting(int node, long step) {}

  /**
   * A shard at step 0.
   *
   * @param index its number
   * @param from index of its first parameter in the flat vector
   * @param parameters {@code [length]}, at their starting values; the shard's own from now on
   * @param slots as many {@code [length]} of zeros as the optimizer wants
   * @param best {@code [length]}, room for the values of the best epoch
   */
  public Shard(
      int index,
      int from,
      Tensor parameters,
      List<Tensor> slots,
      Tensor best,
      Optimizer optimizer,
      FixedTree tree,
      Peers peers) {
    this.index = index;
    this.from = from;
    this.parameters = parameters;
    this.slots = List.copyOf(slots);
    this.best = best;
    this.updater = new Updater(optimizer);
    this.tree = tree;
    this.peers = peers;
    this.generation = 0;
    this.reduction = reduction();
  }

  private Reduction<GradientSum> reduction() {
    return new Reduction<>(tree, Set.of(FixedTree.ROOT), GradientSum::plus);
  }

  /**
   * Takes the gradient sum of a subtree for the next update.
   *
   * @throws NonFiniteGradientException when the whole batch's gradient is not finite
   */
  public void push(Push push) {
    GradientSum sum = new GradientSum(push.count(), push.payload());
    if (push.generation() != generation
        || push.step() <= step
        || !tree.contains(push.subtree())
        || seen(push)) {
      sum.release();
      return;
    }
    if (push.step() > step + 1) {
      sum.release();
      throw new IllegalStateException(
          "shard " + index + ": push expects step " + (step + 1) + ", got " + push.step());
    }
    covered.set(tree.first(push.subtree()), tree.end(push.subtree()));
    Reduction.Total<GradientSum> total = reduction.add(push.subtree(), sum);
    if (total != null) {
      commit(total.sum());
    }
  }

  private boolean seen(Push push) {
    int first = covered.nextSetBit(tree.first(push.subtree()));
    return push.step() == step + 1 && first >= 0 && first < tree.end(push.subtree());
  }

  private void commit(GradientSum sum) {
    step++;
    covered.clear();
    reduction = reduction();
    Payload payload = sum.payload();
    if (payload != null) {
      int bad = updater.update(parameters, payload.values(), sum.count(), slots, step);
      payload.release();
      if (bad >= 0) {
        throw new NonFiniteGradientException(from + bad, step);
      }
    }
    for (Iterator<Waiting> each = pulls.iterator(); each.hasNext(); ) {
      Waiting waiting = each.next();
      if (waiting.step <= step) {
        each.remove();
        pull(waiting.node, waiting.step);
      }
    }
  }

  /**
   * Sends the parameters of a step to a node, now or when they are there; asks for steps gone by
   * are dropped.
   */
  public void pull(int node, long wanted) {
    if (wanted > step) {
      pulls.add(new Waiting(node, wanted));
    } else if (wanted == step) {
      peers.send(node, new Slice(generation, step, index, Payload.borrowed(parameters)));
    }
  }

  /** Remembers the present parameters as the best. */
  public void keep() {
    best.copyFrom(parameters);
  }

  /** Goes back to the best parameters. */
  public void restore() {
    parameters.copyFrom(best);
  }

  /** The number of updates so far. */
  public long step() {
    return step;
  }

  /** The workers whose gradients the next update still waits for. */
  public List<Integer> missing() {
    List<Integer> missing = new ArrayList<>();
    for (int w = covered.nextClearBit(0); w < tree.workers(); w = covered.nextClearBit(w + 1)) {
      missing.add(w);
    }
    return missing;
  }
}
