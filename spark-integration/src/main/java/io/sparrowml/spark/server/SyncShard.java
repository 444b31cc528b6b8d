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
import io.sparrowml.spark.wire.Skipped;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Phase;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A shard that adds the gradient sums of subtrees up the fixed tree, and when every worker is
 * covered updates its slice and sends it to all who asked: nobody waits for an answer to a question
 * that came while its thread computed.
 *
 * <p>Where there is a standby, that gets the sum of all workers with the update: it is never more
 * than a step behind.
 *
 * <p>Where the norm of the whole gradient is limited, or steps are skipped whose gradient is not
 * finite, a shard that has covered every worker tells the others its part of the norm, and updates
 * when it knows all parts. The parts are exact sums, so how many shards there are changes nothing.
 *
 * <p>Each (generation, step, subtree) counts once, and so does each part of a norm: duplicates and
 * what belongs to earlier steps or generations is dropped. So an update is of the whole batch or
 * does not happen. A generation may begin a step behind a shard: that is computed anew for those
 * who have not got as far, and the shard tells what came of it.
 */
public final class SyncShard extends Shard {
  private static final long[] NONE = {};
  private static final long FINITE = Long.MAX_VALUE;

  private final BitSet covered = new BitSet();
  private final BitSet told = new BitSet();
  private final BitSet measured = new BitSet();
  private final SquaredNorm norm = new SquaredNorm();
  private final Rounding rounding;
  private final boolean skips;
  private Reduction<GradientSum> reduction;
  private long @Nullable [][] staged;
  private @Nullable GradientSum prepared;
  private @Nullable GradientSum theirs; // the standby's
  private long[] squares = NONE; // this shard's part of the last norm, as it was told
  private long bad = FINITE; // the first index where the next update's gradient is not finite

  /**
   * A shard without updates, for {@link #regroup} to give it a place.
   *
   * @param index its number
   * @param updater of this slice
   * @param states keeps what metrics see; null but for the first shard
   * @param rounding of its gradients
   * @param skips whether a step whose gradient is not finite changes nothing
   */
  public SyncShard(
      int index,
      Memory memory,
      Updater updater,
      FixedTree tree,
      Peers peers,
      @Nullable EpochStates states,
      Rounding rounding,
      boolean skips) {
    super(index, memory, updater, tree, peers, states);
    this.rounding = rounding;
    this.skips = skips;
    this.reduction = reduction();
  }

  @Override
  public void resume(Held held) {
    resume(held.step());
    squares = held.squares();
    if (states() != null) {
      states().restore(step(), held.states());
    }
  }

  @Override
  public Held held(int inGeneration) {
    return new Held(inGeneration, step(), index(), squares, seen(), NONE);
  }

  @Override
  public void regroup(int next, List<ShardPlace> all, int node) {
    super.regroup(next, all, node);
    reset();
  }

  @Override
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

  @Override
  public void begin(long from, int decided, double factor) {
    super.begin(from, decided, factor);
    if (isPrimary() && step() > from && squares.length > 0) {
      tell(new Norm(generation(), step(), index(), squares));
    }
  }

  private void reset() {
    covered.clear();
    told.clear();
    measured.clear();
    norm.clear();
    bad = FINITE;
    staged = null;
    reduction = reduction();
  }

  private Tensor next() {
    return memory().at(step() + 1);
  }

  private Reduction<GradientSum> reduction() {
    return new Reduction<>(tree(), Set.of(FixedTree.ROOT), rounding::add);
  }

  /** Takes what metrics saw of a subtree in the next step. */
  @Override
  public void measured(Measured part) {
    if (states() == null
        || part.generation() != generation()
        || part.step() != step() + 1
        || !tree().contains(part.subtree())
        || overlaps(told, part.subtree())) {
      return;
    }
    told.set(tree().first(part.subtree()), tree().end(part.subtree()));
    staged = staged == null ? part.states() : states().merge(staged, part.states());
  }

  /**
   * Takes the gradient sum of a subtree for the next update.
   *
   * @throws NonFiniteGradientException when the whole batch's gradient is not finite
   */
  @Override
  public void push(Push push) {
    GradientSum sum = new GradientSum(push.count(), push.payload());
    if (push.generation() != generation()
        || push.step() <= step()
        || !tree().contains(push.subtree())
        || (push.step() == step() + 1 && overlaps(covered, push.subtree()))) {
      sum.release();
      return;
    }
    if (push.step() > step() + 1) {
      sum.release();
      throw new IllegalStateException(
          "shard " + index() + ": push expects step " + (step() + 1) + ", got " + push.step());
    }
    covered.set(tree().first(push.subtree()), tree().end(push.subtree()));
    Reduction.Total<GradientSum> total = reduction.add(push.subtree(), sum);
    if (total != null) {
      update(total.sum());
    }
  }

  private boolean overlaps(BitSet workers, int subtree) {
    int first = workers.nextSetBit(tree().first(subtree));
    return first >= 0 && first < tree().end(subtree);
  }

  /**
   * Sends the standby what it needs for the same update, in the moment of the update: so a standby
   * is never ahead.
   */
  private void forward(long count, @Nullable Payload sum) {
    int standby = place().standby();
    if (staged != null) {
      long[][] copy = EpochStates.copy(staged);
      send(standby, new Measured(generation(), step() + 1, FixedTree.ROOT, copy));
    }
    send(standby, new Push(generation(), step() + 1, index(), FixedTree.ROOT, count, sum));
  }

  private void update(GradientSum sum) {
    Payload payload = sum.payload();
    if (payload == null) {
      if (isStoodBy()) {
        forward(0, null);
      }
      squares = NONE;
      next().copyFrom(parameters());
      advance();
      return;
    }
    GradientSum own = sum;
    if (isStoodBy()) {
      List<Payload> both = both(payload);
      own = new GradientSum(sum.count(), both.get(0));
      theirs = new GradientSum(sum.count(), both.get(1));
    }
    if (skips || updater().needsNorm()) {
      measure(own, Objects.requireNonNull(own.payload()));
    } else {
      update(own, Objects.requireNonNull(own.payload()));
    }
  }

  private void update(GradientSum sum, Payload payload) {
    forwardTheirs();
    laps().done(Phase.REDUCE);
    check(
        updater()
            .update(
                parameters(),
                next(),
                payload.values(),
                sum.count(),
                memory().slots(),
                step() + 1,
                rateFactor()),
        sum);
    laps().done(Phase.OPTIMIZER);
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
    laps().done(Phase.REDUCE);
    prepared = sum;
    int index = updater().prepare(parameters(), payload.values(), sum.count(), part);
    if (!skips) {
      check(index, sum);
    }
    laps().done(Phase.OPTIMIZER);
    squares = index < 0 ? part.digits() : new long[] {place().from() + (long) index};
    Norm own = new Norm(generation(), step() + 1, index(), squares);
    if (isPrimary()) {
      tell(own);
    }
    norm(own);
  }

  /** Tells all nodes that hold shards, this one among them. */
  private void tell(Norm own) {
    Set<Integer> nodes = new TreeSet<>();
    for (ShardPlace each : places()) {
      nodes.add(each.node());
      if (each.standby() != ShardPlace.NONE) {
        nodes.add(each.standby());
      }
    }
    nodes.forEach(node -> send(node, own));
  }

  @Override
  public void norm(Norm part) {
    if (part.generation() != generation() || part.step() <= step()) {
      return;
    }
    if (part.step() > step() + 1) {
      throw new IllegalStateException(
          "shard " + index() + ": norm expects step " + (step() + 1) + ", got " + part.step());
    }
    if (!measured.get(part.shard())) {
      measured.set(part.shard());
      if (part.allFinite()) {
        norm.add(part.squares());
      } else {
        bad = Math.min(bad, part.squares()[0]);
      }
    }
    GradientSum sum = prepared;
    if (sum != null && sum.payload() != null && measured.cardinality() == places().size()) {
      prepared = null;
      apply(sum, sum.payload());
    }
  }

  private void apply(GradientSum sum, Payload payload) {
    forwardTheirs();
    laps().done(Phase.REDUCE);
    if (bad != FINITE) {
      sum.release();
      skip();
      return;
    }
    updater()
        .apply(
            parameters(),
            next(),
            payload.values(),
            memory().slots(),
            step() + 1,
            rateFactor(),
            norm.norm());
    laps().done(Phase.OPTIMIZER);
    sum.release();
    advance();
  }

  /** The step is done, and all is as it was: the metrics of the epoch too. */
  private void skip() {
    if (isPrimary() && index() == 0) {
      send(Peers.COORDINATOR, new Skipped(generation(), step() + 1, (int) bad));
    }
    staged = null;
    next().copyFrom(parameters());
    advance();
  }

  private void check(int nonFinite, GradientSum sum) {
    if (nonFinite >= 0) {
      sum.release();
      prepared = null;
      throw new NonFiniteGradientException(place().from() + nonFinite, step() + 1);
    }
  }

  /** The next step's parameters are there. */
  private void advance() {
    long done = step() + 1;
    if (states() != null && staged != null) {
      states().add(done, staged);
    }
    reset();
    reach(done);
  }

  @Override
  public void pull(int node, Pull pull) {
    if (pull.generation() == generation()) {
      sendFrom(node, pull.step());
    }
  }

  @Override
  public List<Integer> missing() {
    return clear(covered, tree().workers());
  }

  @Override
  public List<Integer> missingNorms() {
    return clear(measured, places().size());
  }

  private static List<Integer> clear(BitSet set, int size) {
    List<Integer> clear = new ArrayList<>();
    for (int i = set.nextClearBit(0); i < size; i = set.nextClearBit(i + 1)) {
      clear.add(i);
    }
    return clear;
  }
}
