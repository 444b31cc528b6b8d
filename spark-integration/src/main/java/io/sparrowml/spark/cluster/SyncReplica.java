package io.sparrowml.spark.cluster;

import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.GradientSum;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Reduction;
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
import java.util.Set;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A node's part where all gradients of a step are waited for: it adds the gradients of its logical
 * workers up the fixed tree as far as it hosts them, pushes what remains to the shards, and goes to
 * the next step when all new parameters are there.
 *
 * <p>The compute threads add together: each does it for some shards' slices of all gradients.
 *
 * <p>The parameters lie in one buffer after an even number of updates and in the other after an odd
 * number; the node's own shards work in these buffers.
 */
final class SyncReplica implements Replica, Intake.Wanted {
  private static final int NOTHING = Integer.MAX_VALUE;

  private final int node;
  private final int generation;
  private final Plan plan;
  private final FixedTree tree;
  private final List<Integer> tops;
  private final List<Integer> workers;
  private final Vectors vectors;
  private final GradientRooms rooms;
  private final Compressor compressor;
  private final List<List<Slices>> slices; // by compute thread
  private final Reduction<long[][]> states;
  private final Peers peers;
  private final ComputeThreads threads;
  private final Intake intake = new Intake(this);
  private final boolean travels; // whether other nodes serve shards
  private final BitSet arriving = new BitSet();
  private final BitSet arrived = new BitSet();
  private int pushed;
  private long step;
  private long claiming;
  private int claimed;
  private int awaited = NOTHING; // up to which index some thread waits for parameters

  /**
   * A worker to be computed by whom it was handed out to.
   *
   * @param of the step whose parameters the gradient is to be computed with
   * @param worker its number
   * @param room for its gradient; null where it is to be asked for when that step has come
   */
  record Claim(long of, int worker, @Nullable Payload room) {}

  /** The slices of the gradients that are one shard's, added up by one compute thread. */
  private final class Slices {
    private final int shard;
    private final ShardPlace place;
    private final Reduction<GradientSum> reduction =
        new Reduction<>(tree, Set.copyOf(tops), this::plus);
    private boolean pulled;

    Slices(int shard) {
      this.shard = shard;
      this.place = plan.shards().get(shard);
    }

    private GradientSum plus(GradientSum left, GradientSum right) {
      return compressor.add(shard, left, right);
    }

    /** Adds one worker's; when the sum of a top is complete, it goes to the shard. */
    void add(int worker, GradientSum sum) {
      if (sum.payload() != null) {
        compressor.worker(worker, shard, place, sum.payload().values(), step());
      }
      Reduction.Total<GradientSum> total = reduction.add(tree.leaf(worker), sum);
      if (total == null) {
        return;
      }
      long next = step() + 1;
      if (!pulled) {
        pulled = true;
        int holder = place.isHeldBy(node) ? node : place.node();
        peers.send(holder, new Pull(generation, next, shard, 0));
      }
      GradientSum pushing = total.sum();
      peers.send(
          place.node(),
          new Push(generation, next, shard, total.subtree(), pushing.count(), pushing.payload()));
      pushed();
    }
  }

  /**
   * The gradient sum of a worker, as it comes. The compute threads are left the work of taking it
   * up the tree; what is complete of it can be on its way while the rest is computed.
   */
  final class Contribution {
    private final int worker;
    private final long count;
    private final List<Payload> handles;
    private int open = plan.shards().size(); // the shards before this one wait

    private Contribution(int worker, GradientSum sum) {
      this.worker = worker;
      this.count = sum.count();
      Payload whole = sum.payload();
      this.handles = whole == null ? List.of() : whole.shared(open);
    }

    /**
     * The sum is complete from an index on. The first shard's part waits for what metrics saw,
     * which is to come before it.
     */
    void from(int index) {
      int shard = open;
      while (shard > 1 && plan.shards().get(shard - 1).from() >= index) {
        shard--;
      }
      if (shard < open) {
        give(shard);
      }
    }

    /**
     * The sum is complete.
     *
     * @param seen what metrics saw of its samples
     */
    void complete(long[][] seen) {
      Reduction.Total<long[][]> total = states.add(tree.leaf(worker), seen);
      if (total != null) {
        int first = plan.shards().get(0).node();
        peers.send(first, new Measured(generation, step() + 1, total.subtree(), total.sum()));
      }
      give(0);
    }

    private void give(int from) {
      int to = open;
      open = from;
      for (int slot = 0; slot < slices.size(); slot++) {
        List<Slices> given =
            slices.get(slot).stream().filter(s -> from <= s.shard && s.shard < to).toList();
        if (!given.isEmpty()) {
          threads.post(slot, () -> given.forEach(each -> each.add(worker, sum(each))));
        }
      }
    }

    private GradientSum sum(Slices of) {
      ShardPlace place = of.place;
      return new GradientSum(
          count,
          handles.isEmpty() ? null : handles.get(of.shard).part(place.from(), place.length()));
    }
  }

  /** A sum is on its way. */
  private void pushed() {
    boolean wake;
    synchronized (this) {
      pushed++;
      wake = advance() || answers();
    }
    if (wake) {
      threads.wake();
    }
  }

  /**
   * Goes to the next step, if its parameters are here and all has been done for it: some shards may
   * have been there already when the generation began, and have sent them before.
   */
  private boolean advance() {
    if (!allPushed() || arrived.cardinality() < plan.shards().size()) {
      return false;
    }
    arriving.clear();
    arrived.clear();
    pushed = 0;
    awaited = NOTHING;
    step++;
    return true;
  }

  private boolean allPushed() {
    return pushed == plan.shards().size() * tops.size();
  }

  /** Whether some thread waits for what is here now. */
  private boolean answers() {
    boolean answers = awaited != NOTHING && isHere(step + 1, awaited);
    if (answers) {
      awaited = NOTHING;
    }
    return answers;
  }

  /**
   * Whether the first parameters of a step are here, for good: of the present step all are, of the
   * next one some can be as soon as all gradients of the present one are on their way. Compute
   * threads to which it says no are woken when they are here.
   *
   * @param of the step
   * @param to up to which index
   */
  synchronized boolean hasParameters(long of, int to) {
    boolean here = isHere(of, to);
    if (!here && of == step + 1) {
      awaited = Math.min(awaited, to);
    }
    return here;
  }

  private boolean isHere(long of, int to) {
    int missing = arrived.nextClearBit(0);
    boolean first = missing == plan.shards().size() || plan.shards().get(missing).from() >= to;
    return of <= step || (of == step + 1 && allPushed() && first);
  }

  /**
   * A replica at the step of a plan.
   *
   * @param node the number of the node
   * @param vectors the parameters of that step
   * @param rooms for gradients on their way
   * @param compressor of gradients
   * @param merge adds right states of metrics to left ones
   */
  SyncReplica(
      int node,
      Plan plan,
      Vectors vectors,
      GradientRooms rooms,
      Compressor compressor,
      BinaryOperator<long[][]> merge,
      Peers peers,
      ComputeThreads threads) {
    this.node = node;
    this.generation = plan.generation();
    this.step = plan.step();
    this.claiming = plan.step();
    this.plan = plan;
    this.tree = new FixedTree(plan.hostOf().length);
    this.workers = plan.hosted(node);
    this.tops = tree.cover(worker -> plan.hostOf()[worker] == node);
    this.travels = plan.shards().stream().anyMatch(each -> each.node() != node);
    this.vectors = vectors;
    this.rooms = rooms;
    this.compressor = compressor;
    this.peers = peers;
    this.threads = threads;
    this.states = new Reduction<>(tree, Set.copyOf(tops), merge);
    compressor.begin(plan.shards(), workers);
    this.slices = new ArrayList<>();
    for (int slot = 0; slot < threads.count(); slot++) {
      slices.add(new ArrayList<>());
    }
    for (int shard = 0; shard < plan.shards().size(); shard++) {
      ShardPlace place = plan.shards().get(shard);
      int slot = place.node() == node ? place.slot() : shard % threads.count();
      slices.get(slot).add(new Slices(shard));
    }
    // what has to travel goes first
    slices.forEach(each -> each.sort(Comparator.comparing(s -> s.place.node() == node)));
    rooms.provide(gradientRooms(tree, workers.size(), threads.count()), threads.count());
  }

  /**
   * How many gradients a node has room for: two for each compute thread, of the worker that it
   * computes and of the next, and those that wait for their partners in the tree. As workers are
   * handed out in order, and with their rooms, no more of these are needed for the step to end.
   *
   * @param hosted how many workers
   * @param slots how many compute threads
   */
  static int gradientRooms(FixedTree tree, int hosted, int slots) {
    return Math.min(Math.max(1, hosted), 2 * (slots + tree.depth()));
  }

  @Override
  public FixedTree tree() {
    return tree;
  }

  /** Whether parts of gradients have to travel. */
  boolean travels() {
    return travels;
  }

  /** The largest subtrees that the node hosts whole: as far up as it adds. */
  List<Integer> tops() {
    return tops;
  }

  /**
   * The next of the node's workers that has not been handed out for a step. When all have been,
   * those of the step after it can be had too, so that their rows are read ahead.
   *
   * @param of the step whose parameters the gradient is to be computed with
   * @param slot which compute thread asks
   * @return null when there is none, or no room for its gradient; the compute threads are woken
   *     when there is room again
   */
  synchronized @Nullable Claim claim(long of, int slot) {
    if (of == claiming + 1 && claimed == workers.size()) {
      claiming = of;
      claimed = 0;
    }
    if (of != claiming || claimed == workers.size()) {
      return null;
    }
    Payload room = null;
    if (!isHere(of, 0)) {
      rooms.promise();
    } else {
      room = rooms.take(slot);
      if (room == null) {
        return null;
      }
    }
    return new Claim(of, workers.get(claimed++), room);
  }

  /**
   * Room for the gradient of a worker that was handed out, at the step that it was handed out for.
   *
   * @return null while there is none; the compute threads are woken when there is
   */
  @Nullable Payload room(Claim claim, int slot) {
    return claim.room() == null ? rooms.takePromised(slot) : claim.room();
  }

  /** The parameters of the present step; they change only after all workers have contributed. */
  @Override
  public synchronized Tensor parameters() {
    return parameters(step);
  }

  /**
   * The parameters of the present step or the next, of which {@link #hasParameters} says what is
   * here.
   */
  Tensor parameters(long of) {
    return vectors.at(of);
  }

  /** How many updates the present parameters have behind them. */
  @Override
  public synchronized long step() {
    return step;
  }

  /**
   * The gradient sum of one worker at the present step is on its way.
   *
   * @param sum what is computed into its payload, from the end on, is yet to come
   */
  Contribution contribution(int worker, GradientSum sum) {
    return new Contribution(worker, sum);
  }

  /**
   * Takes in the new parameters of a shard; what comes twice or late is dropped.
   *
   * @return whether this completed the next step's parameters, which are the present ones now
   */
  @Override
  public boolean receive(Slice slice) {
    return intake.receive(slice);
  }

  @Override
  public synchronized boolean expects(Slice slice) {
    if (slice.generation() != generation
        || slice.step() != step + 1
        || arriving.get(slice.shard())) {
      return false;
    }
    arriving.set(slice.shard());
    return true;
  }

  @Override
  public Tensor place(Slice slice) {
    ShardPlace place = plan.shards().get(slice.shard());
    return vectors.at(slice.step()).slice(place.from(), place.length());
  }

  @Override
  public synchronized boolean arrived(Slice slice) {
    arrived.set(slice.shard());
    return advance() || answers();
  }

  /**
   * Leaves the step in flight: no parameters are taken in any more, none is still being copied, and
   * sums are given up.
   */
  @Override
  public void stop() {
    intake.stop();
    states.close(seen -> {});
    slices.forEach(ofSlot -> ofSlot.forEach(each -> each.reduction.close(GradientSum::release)));
  }

  /** How many gradients are on their way. */
  int outstanding() {
    return rooms.outstanding();
  }

  /** The shards whose parameters for the next step have not come. */
  synchronized List<Integer> missingShards() {
    List<Integer> missing = new ArrayList<>();
    for (int s = arrived.nextClearBit(0);
        s < plan.shards().size();
        s = arrived.nextClearBit(s + 1)) {
      missing.add(s);
    }
    return missing;
  }
}
