package io.sparrowml.spark.server;

import io.sparrowml.optimizer.SquaredNorm;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.spark.wire.Norm;
import io.sparrowml.spark.wire.Payload;
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
 * <p>Where the norm of the whole gradient is limited, a shard that has covered every worker tells
 * the others its part of the norm, and updates when it knows all parts. The parts are exact sums,
 * so how many shards there are changes nothing.
 *
 * <p>Each (generation, step, subtree) counts once, and so does each part of a norm: duplicates and
 * what belongs to earlier steps or generations is dropped. So an update is of the whole batch or
 * does not happen.
 *
 * <p>A shard belongs to one thread.
 */
public final class Shard {
  private final int index;
  private final List<ShardPlace> places;
  private final FixedTree tree;
  private final List<Tensor> slots;
  private final @Nullable Tensor best;
  private final Updater updater;
  private final Peers peers;
  private final int generation;
  private final Map<Integer, Long> pulls = new TreeMap<>(); // from which step on, by node
  private final BitSet covered = new BitSet();
  private final BitSet measured = new BitSet();
  private final SquaredNorm norm = new SquaredNorm();
  private Reduction<GradientSum> reduction;
  private @Nullable GradientSum prepared;
  private Tensor parameters;
  private Tensor next;
  private Laps laps = Laps.NONE;
  private double rateFactor = 1;
  private long step;

  /**
   * What a shard's numbers lie in.
   *
   * @param parameters {@code [length]}, at their starting values; overwritten by the second update,
   *     and by every other one from then on
   * @param next {@code [length]}, equal in what no update changes; overwritten by the first update,
   *     and by every other one from then on
   * @param slots as many {@code [length]} of zeros as the optimizer wants
   * @param best {@code [length]}, room for the values of the best epoch; null where none is kept
   */
  public record Memory(Tensor parameters, Tensor next, List<Tensor> slots, @Nullable Tensor best) {
    /** Takes a copy of the list. */
    public Memory {
      slots = List.copyOf(slots);
    }
  }

  /**
   * A shard at step 0.
   *
   * @param index its number
   * @param places of all shards, by number
   * @param updater of this slice
   */
  public Shard(
      int index,
      List<ShardPlace> places,
      Memory memory,
      Updater updater,
      FixedTree tree,
      Peers peers) {
    this.index = index;
    this.places = List.copyOf(places);
    this.parameters = memory.parameters;
    this.next = memory.next;
    this.slots = memory.slots;
    this.best = memory.best;
    this.updater = updater;
    this.tree = tree;
    this.peers = peers;
    this.generation = 0;
    this.reduction = reduction();
  }

  /**
   * Goes on after an update, of which the memory already holds what came of it.
   *
   * @param updates how many there have been
   * @param factor by which the schedule's learning rate is multiplied
   */
  public void resume(long updates, double factor) {
    step = updates;
    rateFactor = factor;
  }

  /**
   * What the numbers lie in at present; to be read by the shard's thread, before its next update.
   */
  public Memory memory() {
    return new Memory(parameters, next, slots, best);
  }

  /** From now on tells these of its updates, and what came before them. */
  public void time(Laps told) {
    laps = told;
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
    if (total != null && updater.needsNorm() && total.sum().payload() != null) {
      measure(total.sum(), total.sum().payload());
    } else if (total != null) {
      update(total.sum());
    }
  }

  private boolean seen(Push push) {
    int first = covered.nextSetBit(tree.first(push.subtree()));
    return push.step() == step + 1 && first >= 0 && first < tree.end(push.subtree());
  }

  /** Works out this shard's part of the norm and tells the others. */
  private void measure(GradientSum sum, Payload payload) {
    SquaredNorm part = new SquaredNorm();
    laps.done(Phase.REDUCE);
    check(updater.prepare(parameters, payload.values(), sum.count(), part), sum);
    laps.done(Phase.OPTIMIZER);
    prepared = sum;
    Norm told = new Norm(generation, step + 1, index, part.digits());
    Set<Integer> nodes = new TreeSet<>();
    for (int shard = 0; shard < places.size(); shard++) {
      if (shard != index) {
        nodes.add(places.get(shard).node());
      }
    }
    nodes.forEach(node -> peers.send(node, told));
    norm(told);
  }

  /** Takes a shard's part of the norm of the next update's gradient. */
  public void norm(Norm part) {
    if (part.generation() != generation || part.step() <= step || measured.get(part.shard())) {
      return;
    }
    if (part.step() > step + 1) {
      throw new IllegalStateException(
          "shard " + index + ": norm expects step " + (step + 1) + ", got " + part.step());
    }
    measured.set(part.shard());
    norm.add(part.squares());
    GradientSum sum = prepared;
    if (sum != null && sum.payload() != null && measured.cardinality() == places.size()) {
      prepared = null;
      laps.done(Phase.REDUCE);
      Tensor gradients = sum.payload().values();
      updater.apply(parameters, next, gradients, slots, step + 1, rateFactor, norm.norm());
      laps.done(Phase.OPTIMIZER);
      sum.release();
      advance();
    }
  }

  private void update(GradientSum sum) {
    Payload payload = sum.payload();
    if (payload == null) {
      next.copyFrom(parameters);
    } else {
      laps.done(Phase.REDUCE);
      Tensor gradients = payload.values();
      check(
          updater.update(parameters, next, gradients, sum.count(), slots, step + 1, rateFactor),
          sum);
      laps.done(Phase.OPTIMIZER);
      payload.release();
    }
    advance();
  }

  private void check(int bad, GradientSum sum) {
    if (bad >= 0) {
      sum.release();
      throw new NonFiniteGradientException(places.get(index).from() + bad, step + 1);
    }
  }

  /** The next step's parameters are there. */
  private void advance() {
    Tensor before = parameters;
    parameters = next;
    next = before;
    step++;
    covered.clear();
    measured.clear();
    norm.clear();
    reduction = reduction();
    pulls.forEach(
        (node, from) -> {
          if (from <= step) {
            send(node);
          }
        });
  }

  private void send(int node) {
    peers.send(node, new Slice(generation, step, index, Payload.borrowed(parameters)));
  }

  /**
   * Sends a node the parameters of a step, now if they are there, and those of all later steps as
   * soon as they are; who has asked before, or asks for steps gone by, is not heard.
   */
  public void pull(int node, long from) {
    if (from >= step && pulls.putIfAbsent(node, from) == null && from == step) {
      send(node);
    }
  }

  /** Remembers the present parameters as the best. */
  public void keep() {
    Objects.requireNonNull(best, "best").copyFrom(parameters);
  }

  /** Goes back to the best parameters. */
  public void restore() {
    parameters.copyFrom(Objects.requireNonNull(best, "best"));
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
