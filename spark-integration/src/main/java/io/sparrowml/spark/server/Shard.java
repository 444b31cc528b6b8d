package io.sparrowml.spark.server;

import io.sparrowml.optimizer.Slots;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.spark.wire.Held;
import io.sparrowml.spark.wire.Measured;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Norm;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Pull;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A slice of the parameters with its optimizer's slots, on the node that serves it or on one that
 * stands by: it takes gradients, updates its slice, and sends it to who asks.
 *
 * <p>A standby gets with every update what that is made of, does the same one, and serves its own
 * node. So it is never ahead, and what travels to its node travels once.
 *
 * <p>A shard belongs to one thread at a time.
 */
public abstract sealed class Shard permits SyncShard, AsyncShard {
  private final int index;
  private final Memory memory;
  private final Updater updater;
  private final FixedTree tree;
  private final Peers peers;
  private final @Nullable EpochStates states;
  private final Map<Integer, Long> pulls = new TreeMap<>(); // from which step on, by node
  private List<ShardPlace> places = List.of();
  private Laps laps = Laps.NONE;
  private Consumer<Shard> reached = shard -> {};
  private double rateFactor = 1;
  private int generation;
  private boolean primary;
  private long step;

  /**
   * What a shard's numbers lie in.
   *
   * @param even {@code [length]}, the parameters after an even number of updates
   * @param odd {@code [length]}, those after an odd number; equal in what no update changes. The
   *     same memory where updates are made in place
   * @param slots what the optimizer remembers
   * @param best {@code [length]}, room for the values of the best epoch; null where none is kept
   * @param scratch {@code [length]}, room for a gradient; null where the updater overwrites none
   */
  public record Memory(
      Tensor even, Tensor odd, Slots slots, @Nullable Tensor best, @Nullable Tensor scratch) {
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
  Shard(
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
  public abstract void resume(Held held);

  /** What another shard goes on with, beside the numbers. */
  public abstract Held held(int inGeneration);

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
    pulls.clear();
    close();
  }

  /** Gives back what has come for the next update, which will not be. */
  public abstract void close();

  /**
   * The generation begins.
   *
   * @param from the step that all begin with: this shard's or an earlier one
   * @param decided how many epochs have been decided about
   * @param factor by which the schedule's learning rate is multiplied
   */
  public void begin(long from, int decided, double factor) {
    rateFactor = factor;
  }

  /**
   * Takes gradients.
   *
   * @throws NonFiniteGradientException when a gradient is not finite
   */
  public abstract void push(Push push);

  /** Takes what metrics saw of the samples of gradients that follow. */
  public abstract void measured(Measured part);

  /** Takes a shard's part of the norm of the next update's gradient. */
  public abstract void norm(Norm part);

  /** Sends a node the parameters that it asks for, now or as soon as they are there. */
  public abstract void pull(int node, Pull pull);

  /** The workers whose gradients the next step still waits for. */
  public abstract List<Integer> missing();

  /** The shards whose parts of the norm it waits for, where it waits for no gradients. */
  public List<Integer> missingNorms() {
    return List.of();
  }

  /**
   * A decision has been carried out: training goes on with the next epoch.
   *
   * @param decided the epoch that it was about, from 1
   */
  public void goOn(int decided) {}

  /** Its number. */
  final int index() {
    return index;
  }

  /** Where it is. */
  final ShardPlace place() {
    return places.get(index);
  }

  /** Where all shards are. */
  final List<ShardPlace> places() {
    return places;
  }

  /** The generation in which it takes part. */
  final int generation() {
    return generation;
  }

  /** Whether it serves, rather than that it stands by. */
  final boolean isPrimary() {
    return primary;
  }

  /** Whether another one stands by for this one. */
  final boolean isStoodBy() {
    return primary && place().standby() != ShardPlace.NONE;
  }

  final FixedTree tree() {
    return tree;
  }

  final Updater updater() {
    return updater;
  }

  final Laps laps() {
    return laps;
  }

  final double rateFactor() {
    return rateFactor;
  }

  final void send(int node, Message message) {
    peers.send(node, message);
  }

  /** Two handles on a sum, one for the standby; of its own where this one's is overwritten. */
  final List<Payload> both(Payload sum) {
    if (memory.scratch == null) {
      return sum.shared(2);
    }
    memory.scratch.copyFrom(sum.values());
    return List.of(Payload.borrowed(memory.scratch), sum);
  }

  /** What the numbers lie in; to be read by the shard's thread, before its next update. */
  public final Memory memory() {
    return memory;
  }

  /** The present parameters, {@code [length]}. */
  public final Tensor parameters() {
    return memory.at(step);
  }

  /** What metrics saw of the epoch; null but for the first shard. */
  public final @Nullable EpochStates states() {
    return states;
  }

  /** What metrics saw of the epoch so far; nothing but for the first shard. */
  final long[][] seen() {
    return states == null ? new long[0][] : states.total();
  }

  /** From now on is called after each update, when who waits for it has been sent it. */
  public final void whenReached(Consumer<Shard> action) {
    reached = action;
  }

  /** From now on tells these of its updates, and what came before them. */
  public final void time(Laps told) {
    laps = told;
  }

  /** The number of steps of which all gradients are in the parameters. */
  public final long step() {
    return step;
  }

  /** So many steps are done: who waits for their parameters gets them. */
  final void reach(long done) {
    step = done;
    pulls.forEach(
        (node, from) -> {
          if (from <= step) {
            sendStep(node);
          }
        });
    reached.accept(this);
  }

  private void sendStep(int node) {
    send(node, new Slice(generation, step, index, 0, Payload.borrowed(parameters())));
  }

  /**
   * Sends a node the parameters of a step, now if they are there, and those of all later steps as
   * soon as they are; who has asked before, or asks for steps gone by, is not heard.
   */
  public final void sendFrom(int node, long from) {
    if (from >= step && pulls.putIfAbsent(node, from) == null && from == step) {
      sendStep(node);
    }
  }

  /** Remembers the present parameters as the best. */
  public final void keep() {
    Objects.requireNonNull(memory.best, "best").copyFrom(parameters());
  }

  /** Goes back to the best parameters. */
  public final void restore() {
    parameters().copyFrom(Objects.requireNonNull(memory.best, "best"));
  }

  /** From the next update on the schedule's learning rate is multiplied by this. */
  public final void scaleRate(double factor) {
    rateFactor = factor;
  }
}
