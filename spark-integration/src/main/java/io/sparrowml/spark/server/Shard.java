package io.sparrowml.spark.server;

import io.sparrowml.optimizer.SquaredNorm;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.spark.wire.Held;
import io.sparrowml.spark.wire.Measured;
import io.sparrowml.spark.wire.Norm;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Pull;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Phase;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A slice of the parameters with its optimizer's slots. It takes the gradient sums of subtrees,
 * adds them up the fixed tree, and when every worker is covered updates its slice and sends it to
 * all who asked: nobody waits for an answer to a question that came while its thread computed.
 *
 * <p>Where there is a standby, that gets the sum of all workers with the update, does the same one,
 * and sends what comes of it to its own node. So it is never ahead and never more than a step
 * behind, and what travels to its node travels once.
 *
 * <p>Where the norm of the whole gradient is limited, a shard that has covered every worker tells
 * the others its part of the norm, and updates when it knows all parts. The parts are exact sums,
 * so how many shards there are changes nothing.
 *
 * <p>Each (generation, step, subtree) counts once, and so does each part of a norm: duplicates and
 * what belongs to earlier steps or generations is dropped. So an update is of the whole batch or
 * does not happen. A generation may begin a step behind a shard: that is computed anew for those
 * who have not got as far, and the shard tells what came of it.
 *
 * <p>A shard belongs to one thread at a time.
 */
public final class Shard {
  private static final long[] NONE = {};

  private final int index;
  private final Memory memory;
  private final Updater updater;
  private final FixedTree tree;
  private final Peers peers;
  private final @Nullable EpochStates states;
  private final Map<Integer, Long> pulls = new TreeMap<>(); // from which step on, by node
  private final BitSet covered = new BitSet();
  private final BitSet told = new BitSet();
  private final BitSet measured = new BitSet();
  private final SquaredNorm norm = new SquaredNorm();
  private List<ShardPlace> places = List.of();
  private Reduction<GradientSum> reduction;
  private long @Nullable [][] staged;
  private @Nullable GradientSum prepared;
  private @Nullable GradientSum theirs; // the standby's
  private long[] squares = NONE; // this shard's part of the last norm
  private Laps laps = Laps.NONE;
  private double rateFactor = 1;
  private int generation;
  private boolean primary;
  private long step;

  /**
   * What a shard's numbers lie in.
   *
   * @param even {@code [length]}, the parameters after an even number of updates
   * @param odd {@code [length]}, those after an odd number; equal in what no update changes
   * @param slots as many {@code [length]} as the optimizer wants
   * @param best {@code [length]}, room for the values of the best epoch; null where none is kept
   * @param scratch {@code [length]}, room for a gradient; null where the updater overwrites none
   */
  public record Memory(
      Tensor even,
      Tensor odd,
      List<Tensor> slots,
      @Nullable Tensor best,
      @Nullable Tensor scratch) {
    /** Takes a copy of the list. */
    public Memory {
      slots = List.copyOf(slots);
    }

    /** The parameters after so many updates. */
    public Tensor at(long updates) {
      return updates % 2 == 0 ? even : odd;
    }
  }

  /**
   * A shard without updates, for {@link #regroup} to give it a place.
   *
   * @param index its number
   * @param updater of this slice
   * @param states keeps what metrics see; null but for the first shard
   */
  public Shard(
      int index,
      Memory memory,
      Updater updater,
      FixedTree tree,
      Peers peers,
      @Nullable EpochStates states) {
    this.index = index;
    this.memory = memory;
    this.updater = updater;
    this.tree = tree;
    this.peers = peers;
    this.states = states;
    this.reduction = reduction();
  }

  /**
   * Goes on behind updates of which the memory holds what came.
   *
   * @param updates how many there have been
   */
  public void resume(long updates) {
    step = updates;
  }

  /** Goes on where another shard of the number is, of which the memory has the numbers. */
  public void resume(Held held) {
    step = held.step();
    squares = held.squares();
    if (states != null) {
      states.restore(step, held.states());
    }
  }

  /** What another shard goes on with, beside the numbers. */
  public Held held(int inGeneration) {
    long[][] seen = states == null ? new long[0][] : states.total();
    return new Held(inGeneration, step, index, squares, seen);
  }

  /**
   * Takes part in another generation, on a node: what has come for the next update is forgotten.
   *
   * @param all places of all shards, by number
   * @param node on which this one is
   */
  public void regroup(int next, List<ShardPlace> all, int node) {
    generation = next;
    places = List.copyOf(all);
    primary = place().node() == node;
    close();
    pulls.clear();
    reset();
  }

  /** Gives back what has come for the next update, which will not be. */
  public void close() {
    reduction.close(GradientSum::release);
    for (GradientSum each : new GradientSum[] {prepared, theirs}) {
      if (each != null) {
        each.release();
      }
    }
    prepared = null;
    theirs = null;
  }

  /**
   * The generation begins.
   *
   * @param from the step that all begin with: this shard's or the one before
   * @param factor by which the schedule's learning rate is multiplied
   */
  public void begin(long from, double factor) {
    rateFactor = factor;
    if (primary && step > from && squares.length > 0) {
      tell(new Norm(generation, step, index, squares));
    }
  }

  private void reset() {
    covered.clear();
    told.clear();
    measured.clear();
    norm.clear();
    staged = null;
    reduction = reduction();
  }

  private ShardPlace place() {
    return places.get(index);
  }

  /** What the numbers lie in; to be read by the shard's thread, before its next update. */
  public Memory memory() {
    return memory;
  }

  /** The present parameters, {@code [length]}. */
  public Tensor parameters() {
    return memory.at(step);
  }

  private Tensor next() {
    return memory.at(step + 1);
  }

  /** What metrics saw of the epoch; null but for the first shard. */
  public @Nullable EpochStates states() {
    return states;
  }

  /** From now on tells these of its updates, and what came before them. */
  public void time(Laps laps) {
    this.laps = laps;
  }

  private Reduction<GradientSum> reduction() {
    return new Reduction<>(tree, Set.of(FixedTree.ROOT), GradientSum::plus);
  }

  /** Takes what metrics saw of a subtree in the next step. */
  public void measured(Measured part) {
    if (states == null
        || part.generation() != generation
        || part.step() != step + 1
        || !tree.contains(part.subtree())
        || overlaps(told, part.subtree())) {
      return;
    }
    told.set(tree.first(part.subtree()), tree.end(part.subtree()));
    staged = staged == null ? part.states() : states.merge(staged, part.states());
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
        || (push.step() == step + 1 && overlaps(covered, push.subtree()))) {
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
      update(total.sum());
    }
  }

  private boolean overlaps(BitSet workers, int subtree) {
    int first = workers.nextSetBit(tree.first(subtree));
    return first >= 0 && first < tree.end(subtree);
  }

  private boolean stoodBy() {
    return primary && place().standby() != ShardPlace.NONE;
  }

  /**
   * Sends the standby what it needs for the same update, in the moment of the update: so a standby
   * is never ahead.
   */
  private void forward(long count, @Nullable Payload sum) {
    int standby = place().standby();
    if (staged != null) {
      long[][] copy = EpochStates.copy(staged);
      peers.send(standby, new Measured(generation, step + 1, FixedTree.ROOT, copy));
    }
    peers.send(standby, new Push(generation, step + 1, index, FixedTree.ROOT, count, sum));
  }

  /** Two handles on a sum, one for the standby; of its own where this one's is overwritten. */
  private List<Payload> both(Payload sum) {
    if (memory.scratch == null) {
      return sum.shared(2);
    }
    memory.scratch.copyFrom(sum.values());
    return List.of(Payload.borrowed(memory.scratch), sum);
  }

  private void update(GradientSum sum) {
    Payload payload = sum.payload();
    if (payload == null) {
      if (stoodBy()) {
        forward(0, null);
      }
      squares = NONE;
      next().copyFrom(parameters());
      advance();
      return;
    }
    GradientSum own = sum;
    if (stoodBy()) {
      List<Payload> both = both(payload);
      own = new GradientSum(sum.count(), both.get(0));
      theirs = new GradientSum(sum.count(), both.get(1));
    }
    if (updater.needsNorm()) {
      measure(own, Objects.requireNonNull(own.payload()));
    } else {
      update(own, Objects.requireNonNull(own.payload()));
    }
  }

  private void update(GradientSum sum, Payload payload) {
    forwardTheirs();
    laps.done(Phase.REDUCE);
    check(
        updater.update(
            parameters(),
            next(),
            payload.values(),
            sum.count(),
            memory.slots,
            step + 1,
            rateFactor),
        sum);
    laps.done(Phase.OPTIMIZER);
    payload.release();
    advance();
  }

  private void forwardTheirs() {
    GradientSum waiting = theirs;
    theirs = null;
    if (waiting != null) {
      forward(waiting.count(), waiting.payload());
    }
  }

  /** Works out this shard's part of the norm and tells the others. */
  private void measure(GradientSum sum, Payload payload) {
    SquaredNorm part = new SquaredNorm();
    laps.done(Phase.REDUCE);
    prepared = sum;
    check(updater.prepare(parameters(), payload.values(), sum.count(), part), sum);
    laps.done(Phase.OPTIMIZER);
    squares = part.digits();
    Norm own = new Norm(generation, step + 1, index, squares);
    if (primary) {
      tell(own);
    }
    norm(own);
  }

  /** Tells all nodes that hold shards, this one among them. */
  private void tell(Norm own) {
    Set<Integer> nodes = new TreeSet<>();
    for (ShardPlace each : places) {
      nodes.add(each.node());
      if (each.standby() != ShardPlace.NONE) {
        nodes.add(each.standby());
      }
    }
    nodes.forEach(node -> peers.send(node, own));
  }

  /** Takes a shard's part of the norm of the next update's gradient. */
  public void norm(Norm part) {
    if (part.generation() != generation || part.step() <= step) {
      return;
    }
    if (part.step() > step + 1) {
      throw new IllegalStateException(
          "shard " + index + ": norm expects step " + (step + 1) + ", got " + part.step());
    }
    if (!measured.get(part.shard())) {
      measured.set(part.shard());
      norm.add(part.squares());
    }
    GradientSum sum = prepared;
    if (sum != null && sum.payload() != null && measured.cardinality() == places.size()) {
      prepared = null;
      apply(sum, sum.payload());
    }
  }

  private void apply(GradientSum sum, Payload payload) {
    forwardTheirs();
    laps.done(Phase.REDUCE);
    updater.apply(
        parameters(), next(), payload.values(), memory.slots, step + 1, rateFactor, norm.norm());
    laps.done(Phase.OPTIMIZER);
    sum.release();
    advance();
  }

  private void check(int bad, GradientSum sum) {
    if (bad >= 0) {
      sum.release();
      prepared = null;
      throw new NonFiniteGradientException(place().from() + bad, step + 1);
    }
  }

  /** The next step's parameters are there. */
  private void advance() {
    step++;
    if (states != null && staged != null) {
      states.add(step, staged);
    }
    reset();
    pulls.forEach(
        (node, from) -> {
          if (from <= step) {
            send(node);
          }
        });
  }

  private void send(int node) {
    peers.send(node, new Slice(generation, step, index, Payload.borrowed(parameters())));
  }

  /**
   * Sends a node the parameters of a step, now if they are there, and those of all later steps as
   * soon as they are; who has asked before, or asks for steps gone by or in another generation, is
   * not heard.
   */
  public void pull(int node, Pull pull) {
    if (pull.generation() == generation) {
      sendFrom(node, pull.step());
    }
  }

  /** The same, whatever the generation. */
  public void sendFrom(int node, long from) {
    if (from >= step && pulls.putIfAbsent(node, from) == null && from == step) {
      send(node);
    }
  }

  /** Remembers the present parameters as the best. */
  public void keep() {
    Objects.requireNonNull(memory.best, "best").copyFrom(parameters());
  }

  /** Goes back to the best parameters. */
  public void restore() {
    parameters().copyFrom(Objects.requireNonNull(memory.best, "best"));
  }

  /** From the next update on the schedule's learning rate is multiplied by this. */
  public void scaleRate(double factor) {
    rateFactor = factor;
  }

  /** The number of updates so far. */
  public long step() {
    return step;
  }

  /** The workers whose gradients the next update still waits for. */
  public List<Integer> missing() {
    return clear(covered, tree.workers());
  }

  /** The shards whose parts of the norm it waits for, where it waits for no gradients. */
  public List<Integer> missingNorms() {
    return clear(measured, places.size());
  }

  private static List<Integer> clear(BitSet set, int size) {
    List<Integer> clear = new ArrayList<>();
    for (int i = set.nextClearBit(0); i < size; i = set.nextClearBit(i + 1)) {
      clear.add(i);
    }
    return clear;
  }
}
