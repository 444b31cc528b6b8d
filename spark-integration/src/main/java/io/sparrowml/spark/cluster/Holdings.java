package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Held;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.spark.wire.State;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a node has of a training's numbers, from generation to generation: the parameters, and the
 * shards that it serves or stands by for.
 *
 * <p>Between two generations the numbers go to where the plan wants them. Who has a shard sends it
 * to who is to have it, also to one that stood by, which may be a step behind; and who is new gets
 * all parameters. What a node had stays as it was until the new generation begins: whoever is lost
 * meanwhile, the next plan goes on from the same numbers.
 *
 * <p>Safe for use by several threads; it starts none and waits for nothing.
 */
final class Holdings {
  private final ShardFactory factory;
  private final int size;
  private final Arena arena;
  private final Peers peers;
  private final Origin origin;
  private final Map<Integer, Holding> held = new ConcurrentHashMap<>();
  private final Map<Integer, Arrival> arriving = new HashMap<>();
  private final BitSet presentMissing = new BitSet();
  private final List<Message> early = new ArrayList<>();
  private final List<Holding> leaving = new ArrayList<>();
  private @Nullable Vectors parameters;
  private @Nullable Plan plan;
  private int node = ShardPlace.NONE;

  /** A shard with its memory, which stays until all that was sent of it is written. */
  private static final class Holding {
    private final Shard shard;
    private final Arena memory;
    private final AtomicInteger sending = new AtomicInteger();
    private @Nullable Arena copies;

    Holding(Shard shard, Arena memory) {
      this.shard = shard;
      this.memory = memory;
    }

    /** The vectors that another one goes on with, in their order. */
    List<StateVector> vectors() {
      return List.copyOf(StateVector.named(shard).values());
    }

    /** The same, to be sent: copies of what does not lie where messages are sent from. */
    List<Tensor> tensors() {
      Arena room = copies == null ? memory.child("copies") : copies;
      copies = room;
      return vectors().stream().map(each -> each.tensor(room)).toList();
    }

    Payload lent(Tensor vector) {
      sending.incrementAndGet();
      return new Payload(vector, sending::decrementAndGet);
    }

    /** Gives copies back that have been sent. */
    void sweep() {
      if (copies != null && sending.get() == 0) {
        copies.closeAll();
        copies = null;
      }
    }
  }

  /** A shard that comes from another node; its parts follow what it holds beside them. */
  private static final class Arrival {
    private @Nullable Holding into;
    private @Nullable Arena apart;
    private List<StateVector> wanted = List.of();
    private final BitSet parts = new BitSet();

    /**
     * Takes a shard without its parts. Where parameters are updated in place, those that were here
     * stay until all is here: the shard that has them may be the only one left.
     */
    void open(Holding holding, boolean inPlace) {
      into = holding;
      wanted = holding.vectors();
      if (inPlace) {
        Arena memory = holding.memory.child("parameters");
        apart = memory;
        wanted = new ArrayList<>(wanted);
        wanted.set(0, StateVector.of(Node.vector(memory, wanted.get(0).size())));
      }
    }

    /** All parts are here. */
    Holding arrived() {
      Holding holding = Objects.requireNonNull(into, "into");
      if (apart != null) {
        wanted.get(0).copyTo(holding.shard.parameters());
        apart.closeAll();
      }
      return holding;
    }
  }

  /**
   * Nothing yet.
   *
   * @param size the length of the flat vector
   * @param arena for all numbers; none is taken before the first plan
   * @param origin from which the first generation begins
   */
  Holdings(ShardFactory factory, int size, Arena arena, Peers peers, Origin origin) {
    this.factory = factory;
    this.size = size;
    this.arena = arena;
    this.peers = peers;
    this.origin = origin;
  }

  /** The parameters. */
  synchronized Vectors vectors() {
    Vectors present = parameters;
    if (present == null) {
      present = Vectors.allocate(arena.child("parameters"), size, factory.spec().mode());
      parameters = present;
    }
    return present;
  }

  /** A shard that is here; null where it is not. */
  @Nullable Shard shard(int index) {
    Holding holding = held.get(index);
    return holding == null ? null : holding.shard;
  }

  /**
   * The fewest steps that a shard here has of all workers; nobody works with them meanwhile. Shards
   * that wait for all gradients are never behind their node.
   */
  long slowest() {
    return held.values().stream().mapToLong(each -> each.shard.step()).min().orElse(Long.MAX_VALUE);
  }

  /** The shards of the present plan that a compute thread serves, or stands by for, by number. */
  synchronized Map<Integer, Shard> heldBy(int slot) {
    Map<Integer, Shard> served = new TreeMap<>();
    held.forEach(
        (index, holding) -> {
          if (plan().isHeldBy(node, index) && plan().slotOf(index, node) == slot) {
            served.put(index, holding.shard);
          }
        });
    return served;
  }

  /**
   * Makes the numbers go to where a plan wants them; no thread works with them meanwhile.
   *
   * @param me the number of this node
   */
  synchronized void plan(Plan made, int me) {
    sweep();
    plan = made;
    node = me;
    arriving.values().forEach(this::giveUp);
    arriving.clear();
    presentMissing.clear();
    if (made.fresh().contains(me)) {
      held.values().forEach(this::drop);
      held.clear();
    }
    if (made.fromOrigin()) {
      begin(made);
    } else {
      exchange(made);
    }
    List<Message> waiting = List.copyOf(early);
    early.clear();
    waiting.forEach(this::receive);
  }

  /** Reads everything from where training begins. */
  private void begin(Plan made) {
    Tensor present = vectors().at(made.step());
    origin.parameters(made.step(), present);
    vectors().at(made.step() + 1).copyFrom(present);
    for (int index = 0; index < made.shards().size(); index++) {
      ShardPlace place = made.shards().get(index);
      if (place.isHeldBy(node)) {
        Holding holding = make(index, place);
        holding.shard.resume(made.step());
        if (made.step() > 0) {
          origin.shard(made.step(), place, holding.shard);
        }
        adopt(index, holding);
      }
    }
  }

  private void exchange(Plan made) {
    for (int index = 0; index < made.shards().size(); index++) {
      ShardPlace place = made.shards().get(index);
      int source = made.sources()[index];
      if (source == node) {
        send(index, place, Objects.requireNonNull(held.get(index), "shard"));
      } else if (place.isHeldBy(node)) {
        arriving.put(index, new Arrival());
      }
      if (made.fresh().contains(node)) {
        presentMissing.set(index);
      }
      if (source == node && place.isHeldBy(node)) {
        Objects.requireNonNull(shard(index)).regroup(made.generation(), made.shards(), node);
      }
    }
  }

  private void send(int index, ShardPlace place, Holding holding) {
    Plan made = plan();
    Tensor present = vectors().at(made.step()).slice(place.from(), place.length());
    List<Tensor> vectors = List.of();
    for (Member member : made.members()) {
      int to = member.node();
      if (to == node) {
        continue;
      }
      if (made.fresh().contains(to)) {
        Payload lent = Payload.borrowed(present);
        peers.send(to, new State(made.generation(), made.step(), index, State.PRESENT, lent));
      }
      if (place.isHeldBy(to)) {
        peers.send(to, holding.shard.held(made.generation()));
        vectors = vectors.isEmpty() ? holding.tensors() : vectors;
        int part = State.OWN;
        for (Tensor vector : vectors) {
          Payload lent = holding.lent(vector);
          long step = holding.shard.step();
          peers.send(to, new State(made.generation(), step, index, part++, lent));
        }
      }
    }
  }

  private Plan plan() {
    return Objects.requireNonNull(plan, "plan");
  }

  private Holding make(int index, ShardPlace place) {
    Arena memory = arena.child("shard " + index);
    return new Holding(factory.make(index, place, vectors(), memory, peers), memory);
  }

  private void adopt(int index, Holding holding) {
    holding.shard.regroup(plan().generation(), plan().shards(), node);
    Holding old = held.put(index, holding);
    if (old != null) {
      drop(old);
    }
  }

  /**
   * Takes what another node sends of its numbers.
   *
   * @return whether all that the plan wants here is here now
   */
  synchronized boolean receive(Message message) {
    int generation = plan == null ? -1 : plan.generation();
    if (message.generation() > generation) {
      early.add(message);
      return false;
    }
    if (message.generation() < generation) {
      message.release();
    } else if (message instanceof Held what) {
      open(what);
    } else if (message instanceof State state) {
      take(state);
      state.release();
    }
    return complete();
  }

  private void open(Held what) {
    Arrival arrival = arriving.get(what.shard());
    if (arrival != null && arrival.into == null) {
      Holding holding = make(what.shard(), plan().shards().get(what.shard()));
      holding.shard.resume(what);
      arrival.open(holding, factory.spec().mode().isAsynchronous());
    }
  }

  private void take(State state) {
    int index = state.shard();
    if (index < 0 || index >= plan().shards().size()) {
      return;
    }
    ShardPlace place = plan().shards().get(index);
    Tensor numbers = state.payload().values();
    if (state.part() == State.PRESENT && presentMissing.get(index)) {
      vectors().even().slice(place.from(), place.length()).copyFrom(numbers);
      vectors().odd().slice(place.from(), place.length()).copyFrom(numbers);
      presentMissing.clear(index);
    }
    Arrival arrival = arriving.get(index);
    int part = state.part() - State.OWN;
    if (arrival == null || part < 0 || part >= arrival.wanted.size() || arrival.parts.get(part)) {
      return;
    }
    arrival.wanted.get(part).copyFrom(0, numbers);
    arrival.parts.set(part);
    if (arrival.parts.cardinality() == arrival.wanted.size()) {
      arriving.remove(index);
      adopt(index, arrival.arrived());
    }
  }

  /** Whether all that the plan wants here is here. */
  synchronized boolean complete() {
    return plan != null && arriving.isEmpty() && presentMissing.isEmpty();
  }

  /** The generation begins: what is wanted elsewhere goes. */
  synchronized void begun() {
    held.entrySet()
        .removeIf(
            each -> {
              boolean goes = !plan().shards().get(each.getKey()).isHeldBy(node);
              if (goes) {
                drop(each.getValue());
              }
              return goes;
            });
    sweep();
  }

  private void giveUp(Arrival arrival) {
    if (arrival.into != null) {
      drop(arrival.into);
    }
  }

  private void drop(Holding holding) {
    holding.shard.close();
    leaving.add(holding);
  }

  /** Gives memory back that nobody reads any more. */
  private void sweep() {
    held.values().forEach(Holding::sweep);
    leaving.removeIf(
        holding -> {
          boolean unused = holding.sending.get() == 0;
          if (unused) {
            holding.memory.closeAll();
          }
          return unused;
        });
  }

  /** Forgets what came for a generation that will not be. */
  synchronized void close() {
    early.forEach(Message::release);
    early.clear();
  }
}
