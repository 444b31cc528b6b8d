package io.sparrowml.spark.cluster;

import io.sparrowml.data.MicroBatches;
import io.sparrowml.kernel.KernelException;
import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.model.Layout;
import io.sparrowml.spark.checkpoint.Checkpoint;
import io.sparrowml.spark.checkpoint.CheckpointDirectory;
import io.sparrowml.spark.checkpoint.CheckpointException;
import io.sparrowml.spark.server.NonFiniteGradientException;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.transport.DirectMemory;
import io.sparrowml.spark.transport.Limits;
import io.sparrowml.spark.transport.Transport;
import io.sparrowml.spark.transport.TransportException;
import io.sparrowml.spark.wire.Address;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Failure;
import io.sparrowml.spark.wire.Join;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.spark.wire.Traffic;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.ParameterSegments;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The executor beneath a {@link Node}: the mailboxes of its compute threads, sockets, memory. */
final class NodeRuntime implements Platform, Origin, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRuntime.class);
  private static final long CONNECT_MILLIS = 10_000;

  private final TrainingJob job;
  private final TrainingSpec spec;
  private final Layout layout;
  private final MicroBatches batches;
  private final Rounds rounds;
  private final String executor;
  private final String host;
  private final Arena arena;
  private final Node node;
  private final Transport transport;
  private final List<Mailbox> mailboxes = new CopyOnWriteArrayList<>();
  private final Map<Integer, HostedWorker> workers = new ConcurrentHashMap<>();
  private final @Nullable CheckpointWriter writer;
  private int inside;

  /**
   * Opens a node and connects it to the coordinator.
   *
   * @param executor the executor's id in Spark
   * @param host this machine's address, as Spark has it
   * @throws io.sparrowml.spark.transport.TransportException when the coordinator does not answer
   */
  NodeRuntime(TrainingJob job, SparkConf conf, String executor, String host) {
    this.job = job;
    this.spec = job.read();
    this.layout = Layout.of(spec.model().network());
    this.batches = job.batches(spec);
    this.rounds = job.rounds(spec);
    this.executor = executor;
    this.host = host;
    this.arena = Arena.root("node " + executor, Long.MAX_VALUE);
    this.node =
        new Node(
            spec,
            executor,
            host,
            layout.size(),
            new ShardFactory(spec, ParameterSegments.of(layout), rounds),
            arena,
            this,
            this);
    long longest = (long) Cuts.of(layout, ServerUpdate.of(spec, layout)).longest() * Float.BYTES;
    this.transport =
        Transport.open(
            conf,
            job.secret(),
            host,
            node,
            Bodies.of(new Pool(arena.child("messages"), longest)),
            Limits.ofBody(longest).coded(!spec.compression().isNone()));
    Link coordinator = connectToCoordinator();
    node.connected(coordinator);
    Storage storage = job.storage();
    this.writer =
        storage == null
            ? null
            : new CheckpointWriter(
                directory(storage), job.id().substring(0, 8), arena, coordinator::send);
  }

  private Link connectToCoordinator() {
    try {
      return transport.connect(
          new Address(job.host(), job.port()), spec.membership().deadline().toMillis());
    } catch (TransportException e) {
      transport.close();
      arena.closeAll();
      throw e;
    }
  }

  Node node() {
    return node;
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

  /** How the rows fall into steps. */
  MicroBatches batches() {
    return batches;
  }

  /** How the steps fall into rounds. */
  Rounds rounds() {
    return rounds;
  }

  /** How long others are waited for: the coordinator finds out first who is lost. */
  Duration patience() {
    return spec.membership().deadline().multipliedBy(2L * rounds.local());
  }

  /** The bytes that this node has sent. */
  Traffic sent() {
    return transport.sent();
  }

  Arena arena() {
    return arena;
  }

  /** A compute thread enters; returns the number of its slot. */
  synchronized int enter() {
    mailboxes.add(new Mailbox());
    inside++;
    node.send(
        Peers.COORDINATOR,
        new Join(0, 0, executor, host, transport.address().port(), mailboxes.size()));
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

  /** Refuses a plan for which there is not enough memory. */
  void checkMemory() {
    MemoryPlan.of(spec, job, node.plan(), node.node())
        .check(DirectMemory.limit(), Runtime.getRuntime().maxMemory(), node.describe());
  }

  /** A hosted worker with its rows; null while these are not here. */
  @Nullable HostedWorker worker(int number) {
    return workers.get(number);
  }

  /** A worker's rows are here. */
  void hosts(HostedWorker worker) {
    workers.put(worker.number(), worker);
  }

  /** Gives back the rows of all workers but these; nobody reads any meanwhile. */
  void keepOnly(List<Integer> hosted) {
    workers
        .values()
        .removeIf(
            worker -> {
              boolean goes = !hosted.contains(worker.number());
              if (goes) {
                worker.close();
              }
              return goes;
            });
  }

  @Override
  public void parameters(long step, Tensor into) {
    if (step == 0) {
      layout.initialize(into, spec.seed());
      return;
    }
    ShardPlace whole = new ShardPlace(0, 0, ShardPlace.NONE, 0, layout.size());
    read(step, whole, Map.of(StateVector.PARAMETERS, StateVector.of(into)));
  }

  @Override
  public void shard(long step, ShardPlace place, Shard into) {
    Map<String, StateVector> kept = StateVector.named(into);
    kept.remove(StateVector.PARAMETERS); // they are there already
    if (!kept.isEmpty() || into.states() != null) {
      CheckpointReader.restoreStates(read(step, place, kept), into);
    }
  }

  private Checkpoint read(long step, ShardPlace place, Map<String, StateVector> into) {
    Storage storage = job.storage();
    if (storage == null) {
      throw new IllegalStateException("nothing was written down, and step " + step + " is wanted");
    }
    try {
      CheckpointDirectory directory = directory(storage);
      Checkpoint from = directory.at(step);
      new CheckpointReader(from, directory, spec).read(place, into, arena);
      return from;
    } catch (IOException | CheckpointException e) {
      throw new TrainingException(node.describe() + ": checkpoint: " + e.getMessage());
    }
  }

  private CheckpointDirectory directory(Storage storage) {
    try {
      return storage.open();
    } catch (IOException e) {
      throw new TrainingException(node.describe() + ": checkpoint: " + e.getMessage());
    }
  }

  @Override
  public Link connect(Member member) {
    long millis = Math.min(CONNECT_MILLIS, spec.membership().deadline().toMillis());
    return transport.connect(new Address(member.host(), member.port()), millis);
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
  public void heard() {
    mailboxes.forEach(Mailbox::heartbeat);
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public int savedUpdates() {
    Storage storage = job.storage();
    return storage == null ? 0 : storage.everySteps();
  }

  @Override
  public void save(int index, ShardPlace place, Shard shard) {
    if (writer != null) {
      writer.write(index, place, shard);
    }
  }

  /** Tells the coordinator that this node cannot go on. */
  void fail(Throwable problem) {
    String reason = problem.getMessage();
    if (problem instanceof NonFiniteGradientException bad) {
      reason =
          "step %d: the gradient of %s is not finite; lower the learning rate or look for extreme values in the data, or skip such steps by training.on-non-finite"
              .formatted(bad.step(), layout.nameAt(bad.index()));
    } else if (problem instanceof KernelException) {
      reason = node.describe() + ": " + problem.getMessage();
    } else if (!(problem instanceof TrainingException)) {
      LOG.debug("{} failed", node.describe(), problem);
      reason = node.describe() + ": " + problem;
    }
    node.send(Peers.COORDINATOR, new Failure(0, 0, String.valueOf(reason)));
  }

  @Override
  public void close() {
    try {
      if (writer != null) {
        writer.close();
      }
    } finally {
      transport.close();
    }
    node.close();
    arena.closeAll();
  }
}
