package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Join;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Saved;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What {@link NodeRuntime} does, without threads, sockets and files: the node is real. The
 * transport's thread may lose its processor before it wakes a compute thread.
 */
final class SimulatedNode implements Platform, Origin {
  private static final int SLOWER = 10_000;

  private final SimulatedCluster cluster;
  private final SimulatedProblem problem;
  private final String executor;
  private final Pool bodies;
  private final Node node;
  private final SimulatedNetwork.Site site;
  private final List<SimulatedSlot> slots = new ArrayList<>();
  private final Deque<SimulatedSlot> toWake = new ArrayDeque<>();
  private long slowSince = -1;

  SimulatedNode(SimulatedCluster cluster, String executor, int slots, Arena arena) {
    this.cluster = cluster;
    this.problem = cluster.problem();
    this.executor = executor;
    this.bodies = new Pool(arena.child("bodies"), (long) problem.size() * Float.BYTES);
    TrainingSpec spec = problem.spec(1);
    this.node =
        new Node(
            spec,
            executor,
            executor,
            problem.size(),
            new ShardFactory(
                spec, new Segments(problem.segments()), new Rounds(problem.stepsPerEpoch(), 1)),
            arena,
            this,
            this);
    this.site = new SimulatedNetwork.Site(node, Bodies.of(bodies));
    node.connected(cluster.connectToCoordinator(site));
    for (int slot = 0; slot < slots; slot++) {
      this.slots.add(new SimulatedSlot(node, slot, problem));
      node.send(Peers.COORDINATOR, new Join(0, 0, executor, executor, 1, slot + 1));
    }
  }

  Node node() {
    return node;
  }

  SimulatedNetwork.Site site() {
    return site;
  }

  String executor() {
    return executor;
  }

  List<SimulatedSlot> slots() {
    return slots;
  }

  /** Payloads that have not been given back. */
  int outstanding() {
    return bodies.outstanding() + node.outstanding();
  }

  @Override
  public void parameters(long step, Tensor into) {
    if (step == 0) {
      into.floats().put(problem.start());
    } else {
      cluster.store().read(step, "parameters", 0, into);
    }
  }

  @Override
  public void shard(long step, ShardPlace place, Shard into) {
    try (Arena copies = Arena.root("copies", Long.MAX_VALUE)) {
      StateVector.named(into)
          .forEach(
              (name, vector) -> {
                Tensor numbers = Node.vector(copies, vector.size());
                cluster.store().read(step, name, place.from(), numbers);
                vector.copyFrom(0, numbers);
              });
    }
    CheckpointReader.restoreStates(cluster.store().at(step), into);
  }

  @Override
  public int savedUpdates() {
    return problem.savedUpdates();
  }

  @Override
  public void save(int index, ShardPlace place, Shard shard) {
    try (Arena copies = Arena.root("copies", Long.MAX_VALUE)) {
      StateVector.named(shard)
          .forEach(
              (name, vector) ->
                  cluster.store().write(shard.step(), name, place.from(), vector.tensor(copies)));
    }
    node.send(Peers.COORDINATOR, new Saved(0, shard.step(), index, "", 0, "", ""));
  }

  @Override
  public Link connect(Member member) {
    return cluster.connect(site, member.executor());
  }

  @Override
  public void post(int slot, Runnable work) {
    slots.get(slot).post(work);
  }

  @Override
  public void wake() {
    toWake.addAll(slots);
  }

  @Override
  public void heard() {}

  /** From now on the compute threads seem to need much longer. */
  void slowDown() {
    slowSince = cluster.nanos();
  }

  @Override
  public long nanos() {
    long now = cluster.nanos();
    return slowSince < 0 ? now : now + SLOWER * (now - slowSince);
  }

  /** Wakes a compute thread; returns whether there was one to be woken. */
  boolean wakeOne() {
    SimulatedSlot slot = toWake.poll();
    if (slot != null) {
      slot.post(() -> {});
    }
    return slot != null;
  }
}
