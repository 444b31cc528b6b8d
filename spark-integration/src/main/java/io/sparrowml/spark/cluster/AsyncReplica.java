package io.sparrowml.spark.cluster;

import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.GradientSum;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.wire.Measured;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.Pull;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node's part where gradients are not waited for: each logical worker goes from step to step by
 * itself. It asks all shards for parameters, and is handed out when all have answered; its gradient
 * goes to the shards as it is. An epoch ends when all workers, those of other nodes too, have done
 * their steps.
 *
 * <p>There is one copy of the parameters, which changes while workers are computed.
 */
final class AsyncReplica implements Replica, Intake.Wanted {
  private final int node;
  private final int generation;
  private final Plan plan;
  private final FixedTree tree;
  private final Vectors vectors;
  private final GradientRooms rooms;
  private final Compressor compressor;
  private final Peers peers;
  private final ComputeThreads threads;
  private final Intake intake = new Intake(this);
  private final Map<Integer, Progress> workers = new TreeMap<>(); // by number
  private final BitSet last = new BitSet(); // shards that have sent the epoch's last parameters
  private long until;
  private boolean ended;

  /** How far a worker is. */
  private static final class Progress {
    private final int worker;
    private final BitSet answered = new BitSet(); // shards, for its next step
    private long done;
    private boolean busy;

    Progress(int worker, long done) {
      this.worker = worker;
      this.done = done;
    }
  }

  /**
   * A worker to be computed by whom it was handed out to.
   *
   * @param of how many steps it has behind it
   * @param worker its number
   * @param room for its gradient
   */
  record Claim(long of, int worker, Payload room) {}

  /**
   * A replica at the step of a plan.
   *
   * @param node the number of the node
   * @param vectors the parameters
   * @param rooms for gradients on their way
   * @param compressor of gradients
   */
  AsyncReplica(
      int node,
      Plan plan,
      Vectors vectors,
      GradientRooms rooms,
      Compressor compressor,
      Peers peers,
      ComputeThreads threads) {
    this.node = node;
    this.generation = plan.generation();
    this.plan = plan;
    this.tree = new FixedTree(plan.hostOf().length);
    this.vectors = vectors;
    this.rooms = rooms;
    this.compressor = compressor;
    this.peers = peers;
    this.threads = threads;
    this.until = plan.step() - 1;
    for (int worker : plan.hosted(node)) {
      workers.put(worker, new Progress(worker, plan.step()));
    }
    compressor.begin(plan.shards(), List.copyOf(workers.keySet()));
    rooms.provide(gradientRooms(workers.size(), threads.count()), threads.count());
  }

  /**
   * How many gradients a node has room for: one that each compute thread works on, one that it is
   * to work on, and as many on their way.
   */
  static int gradientRooms(int hosted, int slots) {
    return Math.min(2 * Math.max(1, hosted), 4 * slots);
  }

  @Override
  public FixedTree tree() {
    return tree;
  }

  @Override
  public Tensor parameters() {
    return vectors.even();
  }

  @Override
  public synchronized long step() {
    return workers.values().stream().mapToLong(each -> each.done).min().orElse(plan.step());
  }

  /**
   * The workers are to go on until they have so many steps behind them; compute threads may ask
   * more than once.
   */
  void goOn(long steps) {
    List<Pull> asking = new ArrayList<>();
    synchronized (this) {
      if (intake.isStopped() || steps <= until) {
        return;
      }
      until = steps;
      ended = false;
      last.clear();
      workers.values().forEach(each -> ask(each, asking));
      askForLast(asking);
    }
    send(asking);
  }

  private void ask(Progress each, List<Pull> into) {
    each.answered.clear();
    if (each.done < until) {
      for (int shard = 0; shard < plan.shards().size(); shard++) {
        into.add(new Pull(generation, each.done, shard, tree.leaf(each.worker)));
      }
    }
  }

  private void askForLast(List<Pull> into) {
    if (workers.values().stream().allMatch(each -> each.done >= until)) {
      for (int shard = 0; shard < plan.shards().size(); shard++) {
        into.add(new Pull(generation, until, shard, 0));
      }
    }
  }

  private void send(List<Pull> pulls) {
    for (Pull pull : pulls) {
      ShardPlace place = plan.shards().get(pull.shard());
      peers.send(place.isHeldBy(node) ? node : place.node(), pull);
    }
  }

  /**
   * The worker that has come least far of those whose parameters are here.
   *
   * @return null when there is none, or no room for a gradient; the compute threads are woken when
   *     that changes
   */
  synchronized @Nullable Claim claim(int slot) {
    Progress next =
        workers.values().stream()
            .filter(each -> !each.busy && each.done < until)
            .filter(each -> each.answered.cardinality() == plan.shards().size())
            .min(Comparator.comparingLong(each -> each.done))
            .orElse(null);
    Payload room = next == null ? null : rooms.take(slot);
    if (next == null || room == null) {
      return null;
    }
    next.busy = true;
    return new Claim(next.done, next.worker, room);
  }

  /**
   * The gradient of a worker that was handed out is there.
   *
   * @param seen what metrics saw of its samples
   */
  void contribute(int worker, GradientSum sum, long[][] seen) {
    Progress of = progress(worker);
    long step = of.done + 1; // no other thread has this worker
    int leaf = tree.leaf(worker);
    peers.send(plan.shards().get(0).node(), new Measured(generation, step, leaf, seen));
    List<Payload> parts = parts(sum.payload());
    for (int shard = 0; shard < parts.size(); shard++) {
      ShardPlace place = plan.shards().get(shard);
      Payload part = parts.get(shard);
      if (part != null) {
        compressor.worker(worker, shard, place, part.values(), of.done);
      }
      int holder = place.node();
      peers.send(holder, new Push(generation, step, shard, leaf, sum.count(), part));
    }
    List<Pull> asking = new ArrayList<>();
    synchronized (this) {
      of.done = step;
      of.busy = false;
      ask(of, asking);
      if (step == until) {
        askForLast(asking);
      }
    }
    send(asking);
    threads.wake();
  }

  private synchronized Progress progress(int worker) {
    Progress found = workers.get(worker);
    if (found == null) {
      throw new IllegalArgumentException("replica expects a worker it hosts, got " + worker);
    }
    return found;
  }

  /** The shards' parts of a gradient, which is given back when all of them are. */
  private List<@Nullable Payload> parts(@Nullable Payload whole) {
    List<@Nullable Payload> parts = new ArrayList<>();
    List<Payload> handles = whole == null ? List.of() : whole.shared(plan.shards().size());
    for (int shard = 0; shard < plan.shards().size(); shard++) {
      ShardPlace place = plan.shards().get(shard);
      parts.add(whole == null ? null : handles.get(shard).part(place.from(), place.length()));
    }
    return parts;
  }

  @Override
  public boolean receive(Slice slice) {
    return intake.receive(slice);
  }

  @Override
  public synchronized boolean expects(Slice slice) {
    if (slice.generation() != generation) {
      return false;
    }
    if (slice.subtree() == 0) {
      return slice.step() == until && !last.get(slice.shard());
    }
    Progress of = tree.contains(slice.subtree()) ? workers.get(tree.first(slice.subtree())) : null;
    return of != null && slice.step() == of.done && !of.answered.get(slice.shard());
  }

  @Override
  public Tensor place(Slice slice) {
    ShardPlace place = plan.shards().get(slice.shard());
    return parameters().slice(place.from(), place.length());
  }

  @Override
  public synchronized boolean arrived(Slice slice) {
    boolean ofNode = slice.subtree() == 0;
    BitSet answered = ofNode ? last : progress(tree.first(slice.subtree())).answered;
    answered.set(slice.shard());
    boolean all = answered.cardinality() == plan.shards().size();
    ended |= all && ofNode;
    return all;
  }

  /**
   * Whether all workers of all nodes have done the steps, and the parameters are here; another
   * thread may have gone on since.
   */
  synchronized boolean ended(long steps) {
    return until > steps || (ended && until == steps);
  }

  /** The shards whose parameters hosted workers, or the end of the epoch, wait for. */
  synchronized List<Integer> missingShards() {
    BitSet here = new BitSet();
    here.set(0, plan.shards().size());
    if (workers.values().stream().allMatch(each -> each.done >= until)) {
      here.and(last);
    }
    workers.values().stream()
        .filter(each -> !each.busy && each.done < until)
        .forEach(each -> here.and(each.answered));
    here.flip(0, plan.shards().size());
    return here.stream().boxed().toList();
  }

  @Override
  public void stop() {
    intake.stop();
  }
}
