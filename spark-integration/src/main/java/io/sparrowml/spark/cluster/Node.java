package io.sparrowml.spark.cluster;

import io.sparrowml.kernel.KernelException;
import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.model.Layout;
import io.sparrowml.spark.checkpoint.CheckpointDirectory;
import io.sparrowml.spark.checkpoint.CheckpointException;
import io.sparrowml.spark.server.NonFiniteGradientException;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Reduction;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.transport.DirectMemory;
import io.sparrowml.spark.transport.Limits;
import io.sparrowml.spark.transport.Transport;
import io.sparrowml.spark.wire.Address;
import io.sparrowml.spark.wire.Begin;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.spark.wire.Failure;
import io.sparrowml.spark.wire.Finish;
import io.sparrowml.spark.wire.Heartbeat;
import io.sparrowml.spark.wire.Hello;
import io.sparrowml.spark.wire.Join;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Norm;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.Pull;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.Ready;
import io.sparrowml.spark.wire.Receiver;
import io.sparrowml.spark.wire.Report;
import io.sparrowml.spark.wire.Report.Part;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.spark.wire.WireException;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One executor's part in a training: it holds the parameters once for all its compute threads,
 * knows the way to the other nodes, and hands what comes in to whom it concerns.
 *
 * <p>Messages come on the transport's threads. What concerns a shard is left in the mailbox of the
 * compute thread that serves it; what concerns the replica is done at once.
 */
final class Node implements Receiver, Peers, Replica.ComputeThreads, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  private final TrainingJob job;
  private final TrainingSpec spec;
  private final Layout layout;
  private final String executor;
  private final String host;
  private final Arena arena;
  private final Transport transport;
  private final Link coordinator;
  private final List<Mailbox> mailboxes = new CopyOnWriteArrayList<>();
  private final List<HostedWorker> workers = new CopyOnWriteArrayList<>();
  private final Map<Integer, Shard> shards = new ConcurrentHashMap<>();
  private final Map<Integer, Link> links = new ConcurrentHashMap<>();
  private final Map<Link, Integer> peers = new ConcurrentHashMap<>();
  private final List<Part> parts = new ArrayList<>();
  private volatile @Nullable Bodies bodies;
  private volatile @Nullable Plan plan;
  private volatile @Nullable Replica replica;
  private volatile @Nullable Decision decision;
  private volatile @Nullable CheckpointWriter writer;
  private volatile int number = -1;
  private volatile boolean begun;
  private volatile boolean ended;
  private @Nullable Reduction<long[][]> reports;
  private int slotsReady;
  private int inside;
  private int validated;
  private int reported;

  /**
   * Opens a node and connects it to the coordinator.
   *
   * @param executor the executor's id in Spark
   * @param host this machine's address, as Spark has it
   * @throws io.sparrowml.spark.transport.TransportException when the coordinator does not answer
   */
  Node(TrainingJob job, SparkConf conf, String executor, String host) {
    this.job = job;
    this.spec = job.read();
    this.layout = Layout.of(spec.model().network());
    this.executor = executor;
    this.host = host;
    this.arena = Arena.root("node " + executor, Long.MAX_VALUE);
    long largest = (long) layout.size() * Float.BYTES;
    this.transport =
        Transport.open(conf, job.secret(), host, this, this::body, Limits.ofBody(largest));
    this.coordinator = connect(new Address(job.host(), job.port()));
  }

  private Link connect(Address address) {
    return transport.connect(address, spec.deadline().toMillis());
  }

  private Payload body(int floats) {
    Bodies memory = bodies;
    if (memory == null) {
      throw new WireException(
          "frame: no body is expected before the plan, got one of " + floats + " numbers");
    }
    return memory.take(floats);
  }

  /** A compute thread enters; returns the number of its slot. */
  synchronized int enter() {
    mailboxes.add(new Mailbox());
    inside++;
    coordinator.send(new Join(0, 0, executor, host, transport.address().port(), mailboxes.size()));
    return mailboxes.size() - 1;
  }

  /** The work of a compute thread, whose kernels may use so many native threads. */
  ComputeSlot open(int slot, ShardReader reader, int threads) {
    return new ComputeSlot(this, slot, mailboxes.get(slot), reader, threads);
  }

  /** A compute thread leaves; the last one is to close the node. */
  synchronized boolean leave() {
    inside--;
    return inside == 0;
  }

  TrainingJob job() {
    return job;
  }

  TrainingSpec spec() {
    return spec;
  }

  Layout layout() {
    return layout;
  }

  Arena arena() {
    return arena;
  }

  /** Who this is, for errors. */
  String describe() {
    return "executor " + executor + " on " + host;
  }

  /** Who a node is, for errors. */
  String describe(int node) {
    Member member = plan().members().get(node);
    return "executor " + member.executor() + " on " + member.host();
  }

  /** Whether the plan has come. */
  boolean planned() {
    checkGoing();
    return plan != null;
  }

  Plan plan() {
    return Objects.requireNonNull(plan, "plan");
  }

  /** How many of this node's compute threads the plan counts on. */
  int slots() {
    return plan().members().get(number).slots();
  }

  int number() {
    return number;
  }

  /** Whether the replica is there. */
  boolean hasReplica() {
    checkGoing();
    return replica != null;
  }

  Replica replica() {
    return Objects.requireNonNull(replica, "replica");
  }

  /** Connects to the other nodes and makes the replica; one compute thread does it for all. */
  void prepare() {
    MemoryPlan.of(spec, job, plan(), number).check(DirectMemory.limit(), describe());
    int longest = plan().shards().stream().mapToInt(ShardPlace::length).max().orElse(0);
    bodies = Bodies.of(new Pool(arena.child("messages"), (long) longest * Float.BYTES));
    for (Member member : plan().members()) {
      if (member.node() != number) {
        Link link = connect(new Address(member.host(), member.port()));
        link.send(new Hello(0, 0, number));
        links.put(member.node(), link);
      }
    }
    Arena parameters = arena.child("parameters");
    Tensor front = vector(parameters, layout.size());
    start(front);
    Tensor back = vector(parameters, layout.size());
    back.copyFrom(front);
    Arena gradients = arena.child("gradients");
    Replica made = new Replica(number, plan(), front, back, gradients, this, this);
    reports = new Reduction<>(made.tree(), new HashSet<>(made.tops()), spec::mergeStates);
    replica = made;
    wake();
  }

  /** Fills in the parameters that training begins with. */
  private void start(Tensor parameters) {
    Storage storage = job.storage();
    Storage.Start from = job.start();
    if (storage != null) {
      writer =
          new CheckpointWriter(directory(storage), job.id().substring(0, 8), coordinator::send);
    }
    if (storage == null || from == null) {
      layout.initialize(parameters, spec.seed());
    } else {
      reported = (int) (from.step() / job.batches(spec).steps());
      restore(
          new ShardPlace(number, 0, 0, layout.size()),
          Map.of(CheckpointWriter.PARAMETERS, parameters),
          arena);
    }
  }

  /** What writes shards down; null where nothing is. */
  @Nullable CheckpointWriter writer() {
    return writer;
  }

  /**
   * Reads a slice of what training goes on from.
   *
   * @param into by the names of {@link CheckpointWriter#named}
   * @param memory for what is read
   */
  void restore(ShardPlace place, Map<String, Tensor> into, Arena memory) {
    Storage storage = Objects.requireNonNull(job.storage(), "storage");
    Storage.Start from = Objects.requireNonNull(storage.from(), "start");
    try {
      new CheckpointReader(directory(storage), from, spec).read(place, into, memory);
    } catch (IOException | CheckpointException e) {
      throw new TrainingException(describe() + ": checkpoint: " + e.getMessage());
    }
  }

  private CheckpointDirectory directory(Storage storage) {
    try {
      return storage.open();
    } catch (IOException e) {
      throw new TrainingException(describe() + ": checkpoint: " + e.getMessage());
    }
  }

  static Tensor vector(Arena arena, int length) {
    return Tensor.allocate(arena, DType.FLOAT32, Shape.of(length));
  }

  /** A compute thread has its rows and its shards; with the last one the node is ready. */
  synchronized void ready(List<HostedWorker> loaded, Map<Integer, Shard> served) {
    workers.addAll(loaded);
    shards.putAll(served);
    slotsReady++;
    if (slotsReady == slots()) {
      coordinator.send(new Ready(0, 0, number));
    }
  }

  /** Whether training has begun. */
  boolean begun() {
    checkGoing();
    return begun;
  }

  /** The hosted worker of a number. */
  HostedWorker worker(int worker) {
    for (HostedWorker hosted : workers) {
      if (hosted.number() == worker) {
        return hosted;
      }
    }
    throw new IllegalStateException("worker " + worker + " is not hosted by " + describe());
  }

  /** The next hosted worker to be validated after an epoch, null when there is none. */
  synchronized @Nullable HostedWorker claimValidation(int epoch) {
    return epoch == reported + 1 && validated < workers.size() ? workers.get(validated++) : null;
  }

  /** A worker's metrics of an epoch; when the node's are complete, they go to the coordinator. */
  synchronized void report(int epoch, int worker, long[][] states) {
    int leaf = replica().tree().leaf(worker);
    Reduction.Total<long[][]> total = Objects.requireNonNull(reports, "reports").add(leaf, states);
    if (total != null) {
      parts.add(new Part(total.subtree(), total.sum()));
      if (parts.size() == replica().tops().size()) {
        coordinator.send(new Report(0, replica().step(), epoch, parts));
        parts.clear();
        validated = 0;
        reported = epoch;
      }
    }
  }

  /** The decision about an epoch or a later one, null while it is not there. */
  @Nullable Decision decision(int epoch) {
    checkGoing();
    Decision latest = decision;
    return latest != null && latest.epoch() >= epoch ? latest : null;
  }

  /** Whether the coordinator has all it needs. */
  boolean finished() {
    return ended;
  }

  private void checkGoing() {
    if (ended) {
      throw new StoppedException();
    }
  }

  /** What a compute thread checks while it waits for the others. */
  boolean reached(long step) {
    checkGoing();
    return replica().step() >= step;
  }

  /** Tells the coordinator that this node cannot go on. */
  void fail(Throwable problem) {
    String reason = problem.getMessage();
    if (problem instanceof NonFiniteGradientException bad) {
      reason =
          "step %d: the gradient of %s is not finite; lower the learning rate or look for extreme values in the data"
              .formatted(bad.step(), layout.nameAt(bad.index()));
    } else if (problem instanceof KernelException) {
      reason = describe() + ": " + problem.getMessage();
    } else if (!(problem instanceof TrainingException)) {
      LOG.debug("{} failed", describe(), problem);
      reason = describe() + ": " + problem;
    }
    coordinator.send(new Failure(0, 0, String.valueOf(reason)));
  }

  @Override
  public void send(int node, Message message) {
    if (node == COORDINATOR) {
      coordinator.send(message);
    } else if (node == number) {
      dispatch(node, message);
    } else {
      Objects.requireNonNull(links.get(node), "link").send(message);
    }
  }

  @Override
  public void received(Link from, Message message) {
    if (from == coordinator) {
      obey(message);
    } else if (message instanceof Hello hello) {
      peers.put(from, hello.node());
    } else {
      Integer peer = peers.get(from);
      if (peer == null) {
        message.release();
      } else {
        dispatch(peer, message);
      }
    }
  }

  private void obey(Message message) {
    if (message instanceof Plan made) {
      number =
          made.members().stream()
              .filter(m -> m.executor().equals(executor))
              .findFirst()
              .orElseThrow()
              .node();
      plan = made;
    } else if (message instanceof Begin) {
      begun = true;
    } else if (message instanceof Decision made) {
      // ahead of the next step, which begins where the decision is seen
      shards.keySet().forEach(index -> post(index, shard -> obey(index, shard, made)));
      decision = made;
    } else if (message instanceof Heartbeat) {
      coordinator.send(new Heartbeat(0, 0));
    } else if (message instanceof Finish || message instanceof Failure) {
      ended = true;
    }
    if (message instanceof Heartbeat) {
      mailboxes.forEach(Mailbox::heartbeat);
    } else {
      wake();
    }
  }

  private void obey(int index, Shard shard, Decision decision) {
    if (decision.keep()) {
      shard.keep();
    }
    shard.scaleRate(decision.rateFactor());
    CheckpointWriter writing = writer;
    if (decision.save() && writing != null) {
      writing.write(index, plan().shards().get(index), shard.step(), shard.memory());
    }
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
      message.release();
    }
  }

  /** Leaves work for the compute thread that serves a shard. */
  private void post(int index, Consumer<Shard> work) {
    ShardPlace place = plan().shards().get(index);
    Shard shard = Objects.requireNonNull(shards.get(index), "shard");
    post(place.slot(), () -> work.accept(shard));
  }

  @Override
  public int count() {
    return slots();
  }

  @Override
  public void post(int slot, Runnable work) {
    mailboxes.get(slot).post(work);
  }

  @Override
  public void wake() {
    mailboxes.forEach(Mailbox::wake);
  }

  @Override
  public void closed(Link link, String reason) {
    if (link == coordinator && !ended) {
      LOG.info("{}: the driver is gone: {}", describe(), reason);
      ended = true;
      wake();
    }
  }

  @Override
  public void close() {
    CheckpointWriter writing = writer;
    try {
      if (writing != null) {
        writing.close();
      }
    } finally {
      transport.close();
    }
    arena.closeAll();
  }
}
