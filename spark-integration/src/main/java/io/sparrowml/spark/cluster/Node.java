package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Begin;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.spark.wire.Failure;
import io.sparrowml.spark.wire.Finish;
import io.sparrowml.spark.wire.Heartbeat;
import io.sparrowml.spark.wire.Held;
import io.sparrowml.spark.wire.Hello;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.Quiet;
import io.sparrowml.spark.wire.Ready;
import io.sparrowml.spark.wire.Receiver;
import io.sparrowml.spark.wire.Regroup;
import io.sparrowml.spark.wire.Report;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.spark.wire.State;
import io.sparrowml.spark.wire.Unreachable;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One executor's part in a training: it holds the parameters once for all its compute threads,
 * knows the way to the other nodes, and hands what comes in to whom it concerns.
 *
 * <p>A generation, from one change of who takes part to the next, goes like this:
 *
 * <pre>
 *   the coordinator        the node                    its compute threads
 *   Regroup           -->                              leave the step, one after the other
 *                     &lt;--  Quiet, with the last one
 *   Plan              -->                              enter; the first one prepares the node,
 *                          States, to other nodes      each loads the rows that are new here
 *                     &lt;--  Ready, when all is here
 *   Begin             -->                              go on with the step that was left
 * </pre>
 *
 * <p>Messages come on the transport's threads. What concerns a shard is left for the compute thread
 * that serves it; what concerns the replica is done at once. It starts no thread, waits for nothing
 * and opens no socket.
 */
final class Node implements Receiver, Peers, Replica.ComputeThreads, ShardMail.Shards {
  private static final int NONE = -1;

  private final TrainingSpec spec;
  private final String executor;
  private final String host;
  private final Platform platform;
  private final Holdings holdings;
  private final GradientRooms rooms;
  private final Compressor compressor;
  private final Connections connections;
  private final Set<Integer> working = ConcurrentHashMap.newKeySet(); // compute slots
  private final ShardMail mail;
  private final PaceMeter pace;
  private final ShardSaves saves;
  private volatile @Nullable Link coordinator;
  private volatile @Nullable Plan plan;
  private volatile @Nullable Replica replica;
  private volatile @Nullable Begin begin;
  private volatile @Nullable Decision decision;
  private volatile int number = NONE;
  private volatile int asked = NONE; // the latest generation heard of
  private volatile int prepared = NONE;
  private volatile boolean ended;
  private volatile boolean deserted;
  private int quieted = NONE;
  private int ready;
  private @Nullable Validation validation;

  /**
   * A node that takes no part yet.
   *
   * @param executor the executor's id in Spark
   * @param host this machine's address, as Spark has it
   * @param size the length of the flat vector
   * @param arena for parameters, shards and gradients
   */
  Node(
      TrainingSpec spec,
      String executor,
      String host,
      int size,
      ShardFactory factory,
      Arena arena,
      Origin origin,
      Platform platform) {
    this.spec = spec;
    this.executor = executor;
    this.host = host;
    this.platform = platform;
    this.connections = new Connections(platform);
    this.holdings = new Holdings(factory, size, arena.child("holdings"), this, origin);
    this.mail = new ShardMail(platform, this);
    this.pace = new PaceMeter(platform::nanos);
    this.saves = new ShardSaves(platform, this, factory.rounds());
    this.compressor = new Compressor(factory, size, arena.child("kept gradients"));
    this.rooms = new GradientRooms(arena.child("gradients"), Shape.of(size), this::wake);
  }

  static Tensor vector(Arena arena, int length) {
    return Tensor.allocate(arena, DType.FLOAT32, Shape.of(length));
  }

  /** Takes the connection to the coordinator. */
  void connected(Link link) {
    coordinator = link;
  }

  /** Who this is, for errors. */
  String describe() {
    return "executor " + executor + " on " + host;
  }

  /** The present plan. */
  Plan plan() {
    return Objects.requireNonNull(plan, "plan");
  }

  @Override
  public int node() {
    return number;
  }

  /** Measures how fast the compute threads are. */
  PaceMeter pace() {
    return pace;
  }

  /** This node's part in the present generation. */
  Replica replica() {
    return Objects.requireNonNull(replica, "replica");
  }

  /** Whether this node serves a shard, rather than that it stands by. */
  boolean serves(int shard) {
    return plan().shards().get(shard).node() == number;
  }

  /** The shards that a compute thread serves, or stands by for, by number. */
  Map<Integer, Shard> shardsOf(int slot) {
    return holdings.heldBy(slot);
  }

  @Override
  public @Nullable Shard heldBy(int slot, int index, int generation) {
    boolean works = working.contains(slot) && plan().generation() == generation;
    return works ? holdings.shard(index) : null;
  }

  /**
   * Lets a compute thread take part in the present generation.
   *
   * @return which; {@link #NONE} where there is none for it that it has not been in
   */
  synchronized int enter(int slot, int last) {
    checkGoing();
    Plan made = plan;
    if (made == null
        || made.generation() <= last
        || made.generation() < asked
        || slot >= made.member(number).slots()) {
      return NONE;
    }
    working.add(slot);
    return made.generation();
  }

  /** A compute thread has left a generation, and holds nothing of it. */
  synchronized void leave(int slot) {
    working.remove(slot);
    if (working.isEmpty() && plan().generation() < asked) {
      quiet();
    }
  }

  /** Nobody works: what has been reached stays. */
  private void quiet() {
    if (quieted == asked) {
      return;
    }
    quieted = asked;
    Replica left = replica;
    if (left != null) {
      left.stop();
    }
    long step = left == null ? 0 : Math.min(left.step(), holdings.slowest());
    coordinator().send(new Quiet(asked, step, number));
  }

  /**
   * Connects to the nodes of the present plan and brings the numbers on their way; one compute
   * thread does it for all.
   *
   * @return false where another node does not answer: the coordinator knows then
   */
  boolean prepare() {
    Plan made = plan();
    Connections.Broken broken = connections.connect(made, number);
    if (broken != null) {
      unreachable(made, broken.node(), broken.reason());
      return false;
    }
    holdings.plan(made, number);
    synchronized (this) {
      ready = 0;
      validation = new Validation(made.hosted(number), spec);
      replica = replica(made);
      pace.reset();
      prepared = made.generation();
    }
    wake();
    return true;
  }

  private Replica replica(Plan made) {
    Vectors vectors = holdings.vectors();
    return spec.mode().isAsynchronous()
        ? new AsyncReplica(number, made, vectors, rooms, compressor, this, this)
        : new SyncReplica(number, made, vectors, rooms, compressor, spec::mergeStates, this, this);
  }

  /** Whether the node is prepared for a generation. */
  boolean prepared(int generation) {
    checkGoing(generation);
    return prepared == generation;
  }

  /** A compute thread has all that it needs. */
  synchronized void ready() {
    ready++;
    tellReady();
  }

  private synchronized void tellReady() {
    Plan made = plan;
    if (made != null
        && prepared == made.generation()
        && ready == made.member(number).slots()
        && holdings.complete()) {
      coordinator().send(new Ready(made.generation(), made.step(), number));
    }
  }

  /** With what a generation has begun; null while it has not. */
  @Nullable Begin begun(int generation) {
    checkGoing(generation);
    Begin latest = begin;
    return latest != null && latest.generation() == generation ? latest : null;
  }

  /** The next hosted worker to be validated after an epoch, {@link #NONE} when there is none. */
  synchronized int claimValidation(int epoch) {
    return Objects.requireNonNull(validation, "validation").claim(epoch);
  }

  /**
   * What metrics saw of a worker's validation rows; when all are there, the coordinator is told.
   */
  synchronized void validated(int epoch, int worker, long[][] states) {
    List<Report.Part> parts =
        Objects.requireNonNull(validation, "validation").add(replica().tree(), worker, states);
    if (parts != null) {
      coordinator().send(new Report(plan().generation(), replica().step(), epoch, parts));
    }
  }

  /** The decision about an epoch or a later one, null while it is not there. */
  @Nullable Decision decision(int generation, int epoch) {
    checkGoing(generation);
    Decision latest = decision;
    return latest != null && latest.epoch() >= epoch ? latest : null;
  }

  /** By which the schedule's learning rate is multiplied. */
  double rateFactor() {
    Decision latest = decision;
    return latest != null
        ? latest.rateFactor()
        : Objects.requireNonNull(begin, "begin").rateFactor();
  }

  /** Whether the coordinator has all it needs. */
  boolean finished(int generation) {
    if (!ended) {
      checkGoing(generation);
    }
    return ended;
  }

  /** Whether the training is over for this node. */
  boolean over() {
    return ended;
  }

  /** Whether that is because it lost the coordinator, or this one it. */
  boolean deserted() {
    return deserted;
  }

  private void checkGoing() {
    if (ended) {
      throw new StoppedException();
    }
  }

  /** What a compute thread checks while it waits for the others. */
  void checkGoing(int generation) {
    checkGoing();
    if (asked > generation) {
      throw new RegroupedException();
    }
  }

  /** Whether the parameters of a step are here. */
  boolean reached(int generation, long step) {
    checkGoing(generation);
    return replica().step() >= step;
  }

  /** How many gradients are on their way. */
  int outstanding() {
    return rooms.outstanding();
  }

  private Link coordinator() {
    return Objects.requireNonNull(coordinator, "coordinator");
  }

  private void unreachable(Plan made, int other, String reason) {
    coordinator().send(new Unreachable(made.generation(), made.step(), number, other, reason));
  }

  @Override
  public void send(int node, Message message) {
    if (node == COORDINATOR) {
      coordinator().send(message);
    } else if (node == number) {
      dispatch(node, message);
    } else {
      connections.send(node, message);
    }
  }

  @Override
  public void received(Link from, Message message) {
    if (from == coordinator) {
      obey(message);
    } else if (message instanceof Hello hello) {
      connections.hello(from, hello.node());
    } else {
      Integer peer = connections.peer(from);
      if (peer == null) {
        message.release();
      } else {
        dispatch(peer, message);
      }
    }
  }

  private void obey(Message message) {
    if (message instanceof Regroup regroup) {
      regroup(regroup);
    } else if (message instanceof Plan made) {
      plan(made);
    } else if (message instanceof Begin made) {
      holdings.begun();
      decision = null;
      mail.toAll(
          plan,
          made.generation(),
          (index, shard) -> {
            saves.watch(plan(), number, index, shard);
            shard.begin(made.step(), made.decided(), spec.serverFactor(made.rateFactor()));
          });
      begin = made;
    } else if (message instanceof Decision made) {
      // ahead of the next step, which begins where the decision is seen
      mail.toAll(plan, plan().generation(), (index, shard) -> obey(index, shard, made));
      decision = made;
    } else if (message instanceof Heartbeat) {
      coordinator().send(signOfLife());
    } else if (message instanceof Finish || message instanceof Failure) {
      ended = true;
    }
    if (message instanceof Heartbeat) {
      platform.heard();
    } else {
      wake();
    }
  }

  private Message signOfLife() {
    Begin present = begin;
    return present == null
        ? new Heartbeat(0, 0)
        : pace.read(present.generation(), replica().step());
  }

  private synchronized void regroup(Regroup regroup) {
    asked = regroup.generation();
    if (working.isEmpty()) {
      quiet();
    }
  }

  private synchronized void plan(Plan made) {
    number = made.numberOf(executor);
    asked = Math.max(asked, made.generation());
    plan = made;
  }

  private void obey(int index, Shard shard, Decision made) {
    if (made.keep()) {
      shard.keep();
    }
    shard.scaleRate(spec.serverFactor(made.rateFactor()));
    if (made.save() && serves(index)) {
      platform.save(index, plan().shards().get(index), shard);
    }
    if (!made.stop()) {
      shard.goOn(made.epoch());
    }
  }

  private void dispatch(int peer, Message message) {
    if (message instanceof Slice slice) {
      Replica present = replica;
      if (present == null) {
        slice.release();
      } else if (present.receive(slice)) {
        wake();
      }
    } else if (message instanceof State || message instanceof Held) {
      if (holdings.receive(message)) {
        tellReady();
      }
    } else {
      mail.deliver(plan, peer, message);
    }
  }

  @Override
  public int count() {
    return plan().member(number).slots();
  }

  @Override
  public void post(int slot, Runnable work) {
    platform.post(slot, work);
  }

  @Override
  public void wake() {
    platform.wake();
  }

  @Override
  public void closed(Link link, String reason) {
    if (link == coordinator) {
      if (!ended) {
        deserted = true;
        ended = true;
        wake();
      }
      return;
    }
    Plan made = plan;
    for (int other : connections.closed(link)) {
      if (made != null && made.has(other) && !ended) {
        unreachable(made, other, reason);
      }
    }
  }

  /** Takes no further part: another node is to take over. */
  void desert() {
    ended = true;
    deserted = true;
    coordinator().close();
    wake();
  }

  /** Gives back what has come and is of no use any more. */
  void close() {
    holdings.close();
  }
}
