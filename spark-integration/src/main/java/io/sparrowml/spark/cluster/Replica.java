package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Block;
import io.sparrowml.memory.Pool;
import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.GradientSum;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Reduction;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.Pull;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node's copy of the parameters and its part in a step: it hands out the node's logical workers,
 * adds their gradients up the fixed tree as far as it hosts them, pushes what remains to the
 * shards, and takes in the new parameters.
 *
 * <p>The parameters of a step lie in the front buffer while those of the next come into the back
 * one. Safe for use by several threads; it starts none and waits for nothing.
 */
final class Replica {
  private final int generation;
  private final Plan plan;
  private final FixedTree tree;
  private final List<Integer> tops;
  private final List<Integer> workers;
  private final Pool gradients;
  private final Peers peers;
  private final Shape shape;
  private Tensor front;
  private Tensor back;
  private Reduction<GradientSum> reduction;
  private final BitSet arriving = new BitSet();
  private int arrived;
  private long step;
  private int claimed;
  private int pushed;

  /**
   * A replica at step 0.
   *
   * @param node the number of the node
   * @param front the parameters at their starting values, {@code [size]}
   * @param back room for as many
   * @param gradients blocks of {@code size} 32-bit numbers
   */
  Replica(int node, Plan plan, Tensor front, Tensor back, Pool gradients, Peers peers) {
    this.generation = plan.generation();
    this.plan = plan;
    this.tree = new FixedTree(plan.hostOf().length);
    this.workers = hosted(plan, node);
    this.tops = tree.cover(worker -> plan.hostOf()[worker] == node);
    this.shape = front.shape();
    this.front = front;
    this.back = back;
    this.gradients = gradients;
    this.peers = peers;
    this.reduction = reduction();
  }

  /** The tree of all workers. */
  FixedTree tree() {
    return tree;
  }

  /** The largest subtrees that the node hosts whole: as far up as it adds. */
  List<Integer> tops() {
    return tops;
  }

  /** The workers that a node hosts. */
  static List<Integer> hosted(Plan plan, int node) {
    List<Integer> hosted = new ArrayList<>();
    for (int worker = 0; worker < plan.hostOf().length; worker++) {
      if (plan.hostOf()[worker] == node) {
        hosted.add(worker);
      }
    }
    return hosted;
  }

  private Reduction<GradientSum> reduction() {
    return new Reduction<>(tree, new HashSet<>(tops), GradientSum::plus);
  }

  /**
   * The next of the node's workers that has not been handed out for a step.
   *
   * @param of the step whose parameters the gradient is to be computed with
   * @return the worker, or -1 when there is none
   */
  synchronized int claim(long of) {
    return of == step && claimed < workers.size() ? workers.get(claimed++) : -1;
  }

  /** The parameters of the present step; they change only after all workers have contributed. */
  synchronized Tensor parameters() {
    return front;
  }

  /** How many updates the present parameters have behind them. */
  synchronized long step() {
    return step;
  }

  /** Room for a gradient, to be given to {@link #contribute}. */
  Payload room() {
    Block block = gradients.take();
    return new Payload(new Tensor(DType.FLOAT32, shape, block), () -> gradients.give(block));
  }

  /** The gradient sum of one worker at the present step is there: it goes up the tree. */
  void contribute(int worker, GradientSum sum) {
    Reduction<GradientSum> current;
    synchronized (this) {
      current = reduction;
    }
    Reduction.Total<GradientSum> total = current.add(tree.leaf(worker), sum);
    if (total != null) {
      push(total.subtree(), total.sum());
    }
  }

  private void push(int subtree, GradientSum sum) {
    long next = step() + 1;
    Payload payload = sum.payload();
    AtomicInteger parts = new AtomicInteger(plan.shards().size());
    for (int shard = 0; shard < plan.shards().size(); shard++) {
      ShardPlace place = plan.shards().get(shard);
      Payload part = payload == null ? null : part(payload, place, parts);
      peers.send(place.node(), new Push(generation, next, shard, subtree, sum.count(), part));
    }
    synchronized (this) {
      pushed++;
      if (pushed < tops.size()) {
        return;
      }
    }
    for (int shard = 0; shard < plan.shards().size(); shard++) {
      peers.send(plan.shards().get(shard).node(), new Pull(generation, next, shard));
    }
  }

  private static Payload part(Payload whole, ShardPlace place, AtomicInteger parts) {
    return new Payload(
        whole.values().slice(place.from(), place.length()),
        () -> {
          if (parts.decrementAndGet() == 0) {
            whole.release();
          }
        });
  }

  /**
   * Takes in the new parameters of a shard; what comes twice or late is dropped.
   *
   * @return whether this completed the next step's parameters, which are the present ones now
   */
  boolean receive(Slice slice) {
    synchronized (this) {
      if (slice.generation() != generation
          || slice.step() != step + 1
          || arriving.get(slice.shard())) {
        slice.payload().release();
        return false;
      }
      arriving.set(slice.shard());
    }
    ShardPlace place = plan.shards().get(slice.shard());
    back.slice(place.from(), place.length()).copyFrom(slice.payload().values());
    slice.payload().release();
    synchronized (this) {
      arrived++;
      return arrived == plan.shards().size() && advance();
    }
  }

  private boolean advance() {
    Tensor next = back;
    back = front;
    front = next;
    arriving.clear();
    arrived = 0;
    reduction = reduction();
    step++;
    claimed = 0;
    pushed = 0;
    return true;
  }

  /** The shards whose parameters for the next step have not come. */
  synchronized List<Integer> missingShards() {
    List<Integer> missing = new ArrayList<>();
    for (int s = arriving.nextClearBit(0);
        s < plan.shards().size();
        s = arriving.nextClearBit(s + 1)) {
      missing.add(s);
    }
    return missing;
  }
}
