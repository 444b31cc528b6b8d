package io.sparrowml.spark.server;

import io.sparrowml.optimizer.Updater;
import io.sparrowml.spark.wire.Held;
import io.sparrowml.spark.wire.Measured;
import io.sparrowml.spark.wire.Norm;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Pull;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.train.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A shard that updates its slice, in place, with the gradient of each logical worker as it comes.
 * An update has its worker's part of the learning rate, so that a step of all workers moves the
 * parameters about as far as one update from all their gradients.
 *
 * <p>It counts for each worker the steps whose gradients it has: each step of each worker counts
 * once, in order. A worker that asks for parameters gets them when its own last gradient is in them
 * and it is not too far ahead of the slowest; so no gradient comes from parameters that lack more
 * steps than that. The shard makes sure of it, and fails otherwise.
 *
 * <p>What belongs to an epoch that has not begun here waits until it has.
 *
 * <p>A standby gets the same gradients in the same order.
 */
public final class AsyncShard extends Shard {
  private static final long[] NONE = {};

  private final long staleness;
  private final int stepsPerEpoch;
  private final long[] clocks; // steps that are in the parameters, by worker
  private final List<Push> early = new ArrayList<>();
  private final List<Asked> asked = new ArrayList<>();
  private final Map<WorkerStep, Measured> staged = new HashMap<>(); // their gradients follow
  private long open; // the steps of epochs that have begun

  /** A step of a worker. */
  private record WorkerStep(int subtree, long step) {}

  /** A question that waits for its answer. */
  private record Asked(int node, Pull pull) {}

  /**
   * A shard without updates, for {@link #regroup} to give it a place.
   *
   * @param index its number
   * @param updater of this slice
   * @param states keeps what metrics see; null but for the first shard
   * @param staleness by how many steps a worker may be ahead of the slowest
   * @param stepsPerEpoch of each worker
   */
  public AsyncShard(
      int index,
      Memory memory,
      Updater updater,
      FixedTree tree,
      Peers peers,
      @Nullable EpochStates states,
      long staleness,
      int stepsPerEpoch) {
    super(index, memory, updater, tree, peers, states);
    this.staleness = staleness;
    this.stepsPerEpoch = stepsPerEpoch;
    this.clocks = new long[tree.workers()];
  }

  @Override
  public void resume(long updates) {
    super.resume(updates);
    Arrays.fill(clocks, updates);
  }

  @Override
  public void resume(Held held) {
    if (held.clocks().length != clocks.length) {
      throw new IllegalArgumentException(
          "shard %d: expects the clocks of %d workers, got %d"
              .formatted(index(), clocks.length, held.clocks().length));
    }
    super.resume(held.step());
    System.arraycopy(held.clocks(), 0, clocks, 0, clocks.length);
    if (states() != null) {
      states().restore(Arrays.stream(clocks).max().orElse(0), held.states());
    }
  }

  @Override
  public Held held(int inGeneration) {
    return new Held(inGeneration, step(), index(), NONE, seen(), clocks.clone());
  }

  @Override
  public void close() {
    early.forEach(Push::release);
    early.clear();
    asked.clear();
    staged.clear();
  }

  @Override
  public void begin(long from, int decided, double factor) {
    super.begin(from, decided, factor);
    goOn(decided);
  }

  @Override
  public void goOn(int decided) {
    open((decided + 1L) * stepsPerEpoch);
  }

  private void open(long steps) {
    open = steps;
    List<Push> waiting = List.copyOf(early);
    early.clear();
    waiting.forEach(this::push);
  }

  private long slowest() {
    return Arrays.stream(clocks).min().orElse(0);
  }

  /** The worker that a subtree is; -1 where it is none. */
  private int worker(int subtree) {
    boolean one = tree().contains(subtree) && tree().leaf(tree().first(subtree)) == subtree;
    return one ? tree().first(subtree) : -1;
  }

  @Override
  public void measured(Measured part) {
    int worker = worker(part.subtree());
    if (states() != null
        && part.generation() == generation()
        && worker >= 0
        && part.step() > clocks[worker]) {
      staged.put(new WorkerStep(part.subtree(), part.step()), part);
    }
  }

  /**
   * Takes the gradient of a worker.
   *
   * @throws NonFiniteGradientException when it is not finite
   * @throws IllegalStateException when the worker is further ahead than it may be
   */
  @Override
  public void push(Push push) {
    int worker = worker(push.subtree());
    if (push.generation() != generation() || worker < 0 || push.step() <= clocks[worker]) {
      push.release();
      return;
    }
    if (push.step() > open) {
      early.add(push);
      return;
    }
    long ahead = push.step() - 1 - slowest();
    if (push.step() > clocks[worker] + 1 || ahead > staleness) {
      push.release();
      throw new IllegalStateException(
          "shard %d: worker %d expects to push step %d, at most %d steps ahead of the slowest, got step %d, %d steps ahead"
              .formatted(index(), worker, clocks[worker] + 1, staleness, push.step(), ahead));
    }
    Measured seen = staged.remove(new WorkerStep(push.subtree(), push.step()));
    apply(push, seen);
    if (states() != null && seen != null) {
      states().add(push.step(), seen.states());
    }
    clocks[worker] = push.step();
    reach(slowest());
    answer();
  }

  /** Updates the parameters, and hands the standby what it needs for the same. */
  private void apply(Push push, @Nullable Measured seen) {
    Payload own = push.payload();
    if (isStoodBy()) {
      int standby = place().standby();
      if (seen != null) {
        send(
            standby,
            new Measured(
                generation(), seen.step(), seen.subtree(), EpochStates.copy(seen.states())));
      }
      Payload theirs = null;
      if (own != null) {
        List<Payload> both = both(own);
        own = both.get(0);
        theirs = both.get(1);
      }
      send(
          standby,
          new Push(generation(), push.step(), index(), push.subtree(), push.count(), theirs));
    }
    if (own != null) {
      update(push, own);
    }
  }

  private void update(Push push, Payload payload) {
    laps().done(Phase.REDUCE);
    int bad =
        updater()
            .update(
                parameters(),
                parameters(),
                payload.values(),
                push.count(),
                memory().slots(),
                push.step(),
                rateFactor() / clocks.length);
    payload.release();
    laps().done(Phase.OPTIMIZER);
    if (bad >= 0) {
      throw new NonFiniteGradientException(place().from() + bad, push.step());
    }
  }

  @Override
  public void norm(Norm part) {} // no norm of all is known while gradients come one by one

  /**
   * Sends a node parameters as soon as they are there: for a worker those with which it may begin a
   * step, for the node those in which are so many steps of all workers.
   */
  @Override
  public void pull(int node, Pull pull) {
    Asked question = new Asked(node, pull);
    if (pull.generation() == generation() && !asked.contains(question)) {
      asked.add(question);
      answer();
    }
  }

  private void answer() {
    asked.removeIf(
        each -> {
          boolean there = isThere(each.pull);
          if (there) {
            send(
                each.node,
                new Slice(
                    generation(),
                    each.pull.step(),
                    index(),
                    each.pull.subtree(),
                    Payload.borrowed(parameters())));
          }
          return there;
        });
  }

  private boolean isThere(Pull pull) {
    int worker = worker(pull.subtree());
    return worker < 0
        ? slowest() >= pull.step()
        : clocks[worker] >= pull.step() && slowest() >= pull.step() - staleness;
  }

  @Override
  public List<Integer> missing() {
    long least = slowest();
    return IntStream.range(0, clocks.length).filter(w -> clocks[w] == least).boxed().toList();
  }
}
