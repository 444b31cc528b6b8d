package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Reduction;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Begin;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.spark.wire.Finish;
import io.sparrowml.spark.wire.Heartbeat;
import io.sparrowml.spark.wire.Hello;
import io.sparrowml.spark.wire.Join;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Norm;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.Pull;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.Ready;
import io.sparrowml.spark.wire.Receiver;
import io.sparrowml.spark.wire.Report;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Node} does, without threads and sockets: the replica and the shards are real. The
 * transport's thread may lose its processor before it wakes a compute thread.
 */
final class SimulatedNode implements Receiver, Peers, Replica.ComputeThreads {
  private final SimulatedCluster cluster;
  private final SimulatedProblem problem;
  private final String executor;
  private final Arena arena;
  private final Pool bodies;
  private final Link coordinator;
  private final List<SimulatedSlot> slots = new ArrayList<>();
  private final Deque<SimulatedSlot> toWake = new ArrayDeque<>();
  private final Map<Integer, Shard> shards = new HashMap<>();
  private final Map<Integer, Link> links = new HashMap<>();
  private final Map<Link, Integer> peers = new HashMap<>();
  private @Nullable Plan plan;
  private @Nullable Replica replica;
  private @Nullable Decision decision;
  private int number = -1;
  private int reported;
  private boolean begun;
  private boolean ended;

  SimulatedNode(SimulatedCluster cluster, String executor, int slots, Arena arena) {
    this.cluster = cluster;
    this.problem = cluster.problem();
    this.executor = executor;
    this.arena = arena;
    this.bodies = new Pool(arena.child("bodies"), (long) problem.size() * Float.BYTES);
    this.coordinator = cluster.connectToCoordinator(site());
    for (int slot = 0; slot < slots; slot++) {
      this.slots.add(new SimulatedSlot(this, slot, problem));
      this.coordinator.send(new Join(0, 0, executor, executor, 1, slot + 1));
    }
  }

  SimulatedNetwork.Site site() {
    return new SimulatedNetwork.Site(this, Bodies.of(bodies));
  }

  String executor() {
    return executor;
  }

  List<SimulatedSlot> slots() {
    return slots;
  }

  /** Payloads that have not been given back. */
  int outstanding() {
    return bodies.outstanding() + (replica == null ? 0 : replica.outstanding());
  }

  boolean ended() {
    return ended;
  }

  /** Whether there is something to compute. */
  boolean trains() {
    return begun && !Replica.hosted(plan(), number).isEmpty();
  }

  Replica replica() {
    return Objects.requireNonNull(replica);
  }

  private Plan plan() {
    return Objects.requireNonNull(plan);
  }

  private void prepare(Plan made) {
    plan = made;
    for (Member member : made.members()) {
      if (member.executor().equals(executor)) {
        number = member.node();
      }
    }
    for (Member member : made.members()) {
      if (member.node() != number) {
        Link link = cluster.connect(site(), member.executor());
        link.send(new Hello(0, 0, number));
        links.put(member.node(), link);
      }
    }
    Tensor front = vector(problem.size());
    front.floats().put(problem.start());
    Tensor back = vector(problem.size());
    back.copyFrom(front);
    replica = new Replica(number, made, front, back, arena.child("gradients"), this, this);
    for (int index = 0; index < made.shards().size(); index++) {
      ShardPlace place = made.shards().get(index);
      if (place.node() == number) {
        Shard shard = shard(index, place, front, back);
        shards.put(index, shard);
        slots.get(place.slot()).serve(shard);
      }
    }
    coordinator.send(new Ready(0, 0, number));
  }

  private Shard shard(int index, ShardPlace place, Tensor front, Tensor back) {
    List<Tensor> state = new ArrayList<>();
    for (int i = 0; i < problem.optimizer().slots(); i++) {
      state.add(vector(place.length()));
    }
    return new Shard(
        index,
        plan().shards(),
        new Shard.Memory(
            front.slice(place.from(), place.length()),
            back.slice(place.from(), place.length()),
            state,
            vector(place.length())),
        new Updater(
            problem.optimizer(),
            problem.spec(1).schedule(problem.stepsPerEpoch()),
            problem.clip(),
            new Segments(problem.segments()).within(place.from(), place.length())),
        new FixedTree(problem.workers()),
        this);
  }

  private Tensor vector(int length) {
    Tensor vector = Node.vector(arena, length);
    vector.clear();
    return vector;
  }

  /** The decision about an epoch or a later one, null while it is not there. */
  @Nullable Decision decision(int epoch) {
    Decision latest = decision;
    return latest != null && latest.epoch() >= epoch ? latest : null;
  }

  /** Sends what the node's workers measured after an epoch; the first compute thread does it. */
  void report(int epoch) {
    if (epoch != reported + 1) {
      return;
    }
    reported = epoch;
    FixedTree tree = new FixedTree(problem.workers());
    List<Integer> tops = tree.cover(worker -> plan().hostOf()[worker] == number);
    Reduction<long[][]> states =
        new Reduction<>(tree, new HashSet<>(tops), problem.spec(1)::mergeStates);
    List<Report.Part> parts = new ArrayList<>();
    for (int worker : Replica.hosted(plan(), number)) {
      long loss = problem.loss(worker, epoch, replica().parameters().toFloats());
      Reduction.Total<long[][]> total =
          states.add(tree.leaf(worker), new long[][] {{1, loss}, {1, 0}});
      if (total != null) {
        parts.add(new Report.Part(total.subtree(), total.sum()));
      }
    }
    coordinator.send(new Report(0, replica().step(), epoch, parts));
  }

  @Override
  public void send(int node, Message message) {
    if (node == COORDINATOR) {
      coordinator.send(message);
    } else if (node == number) {
      dispatch(node, message);
    } else {
      Objects.requireNonNull(links.get(node)).send(message);
    }
  }

  @Override
  public void received(Link from, Message message) {
    if (from == coordinator) {
      obey(message);
    } else if (message instanceof Hello hello) {
      peers.put(from, hello.node());
    } else {
      dispatch(Objects.requireNonNull(peers.get(from)), message);
    }
  }

  private void obey(Message message) {
    if (message instanceof Plan made) {
      prepare(made);
    } else if (message instanceof Begin) {
      begun = true;
    } else if (message instanceof Decision made) {
      shards
          .keySet()
          .forEach(
              index -> {
                if (made.keep()) {
                  post(index, Shard::keep);
                }
                post(index, shard -> shard.scaleRate(made.rateFactor()));
              });
      decision = made;
    } else if (message instanceof Heartbeat) {
      coordinator.send(new Heartbeat(0, 0));
    } else if (message instanceof Finish) {
      ended = true;
    } else {
      throw new AssertionError("unexpected " + message);
    }
    wake();
  }

  @Override
  public int count() {
    return plan().members().get(number).slots();
  }

  @Override
  public void post(int slot, Runnable work) {
    slots.get(slot).post(work);
  }

  @Override
  public void wake() {
    toWake.addAll(slots);
  }

  /** Wakes a compute thread; returns whether there was one to be woken. */
  boolean wakeOne() {
    SimulatedSlot slot = toWake.poll();
    if (slot != null) {
      slot.post(() -> {});
    }
    return slot != null;
  }

  private void dispatch(int peer, Message message) {
    if (message instanceof Push push) {
      post(push.shard(), shard -> shard.push(push));
    } else if (message instanceof Pull pull) {
      post(pull.shard(), shard -> shard.pull(peer, pull.step()));
    } else if (message instanceof Norm part) {
      shards.keySet().forEach(index -> post(index, shard -> shard.norm(part)));
    } else if (message instanceof Slice slice) {
      if (replica().receive(slice)) {
        wake();
      }
    } else {
      throw new AssertionError("unexpected " + message);
    }
  }

  private void post(int index, Consumer<Shard> work) {
    Shard shard = Objects.requireNonNull(shards.get(index));
    slots.get(plan().shards().get(index).slot()).post(() -> work.accept(shard));
  }

  @Override
  public void closed(Link link, String reason) {
    throw new AssertionError("nobody closes links");
  }
}
