package io.sparrowml.spark.cluster;

import io.sparrowml.autograd.Timings;
import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.MetricSet;
import io.sparrowml.model.Weights;
import io.sparrowml.spark.ingest.PackedChunk;
import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Begin;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.spark.wire.Measured;
import io.sparrowml.spark.wire.Profile;
import io.sparrowml.spark.wire.Traffic;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Inference;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One compute thread of a node. In each step it takes the node's logical workers one after the
 * other, computes their gradients, serves its shards, and waits for the next parameters. When who
 * takes part changes, it leaves the step and goes on in the next generation.
 */
final class ComputeSlot implements AutoCloseable {
  private static final long[][] NOTHING = {};

  private final NodeRuntime runtime;
  private final Node node;
  private final int slot;
  private final Mailbox mailbox;
  private final ShardReader reader;
  private final TrainingSpec spec;
  private final MetricSet measured;
  private final Arena arena;
  private final Kernels kernels;
  private final Kernels exact; // for inference
  private final WorkerSteps steps;
  private final Inference inference;
  private final @Nullable Tensor still; // a copy of parameters that change
  private final Timings timings = new Timings();
  private final Stopwatch watch = new Stopwatch(System::nanoTime);
  private Map<Integer, Shard> shards = Map.of();
  private @Nullable TrainingLoop loop;
  private int generation = -1;

  /**
   * A slot of a node, for the calling thread.
   *
   * @param threads how many native threads its kernels may use
   */
  ComputeSlot(NodeRuntime runtime, int slot, Mailbox mailbox, ShardReader reader, int threads) {
    this.runtime = runtime;
    this.node = runtime.node();
    this.slot = slot;
    this.mailbox = mailbox;
    this.reader = reader;
    this.spec = runtime.spec();
    this.measured = spec.measured();
    this.arena = runtime.arena().child("slot " + slot);
    this.kernels = KernelProvider.open(threads, spec.precision());
    this.exact = KernelProvider.open(threads);
    this.steps = new WorkerSteps(runtime, slot, kernels, arena, watch);
    this.still = spec.mode().isAsynchronous() ? Node.vector(arena, runtime.layout().size()) : null;
    this.inference = new Inference(spec.model(), runtime.job().format(), exact, arena);
  }

  /** Takes part from the beginning to the end. */
  void run() throws InterruptedException {
    boolean ended = false;
    while (!ended) {
      await(this::enters, "the plan of the training");
      try {
        takePart();
        ended = true;
      } catch (RegroupedException e) {
        leave();
      }
    }
  }

  private boolean enters() {
    int entered = node.enter(slot, generation);
    generation = Math.max(generation, entered);
    return entered >= 0;
  }

  /** Leaves a generation before its end. */
  private void leave() throws InterruptedException {
    if (loop != null) {
      loop.leave();
      loop = null;
    }
    watch.stop();
    mailbox.drain();
    node.leave(slot);
  }

  /** Takes part in a generation: returns at the end of the training. */
  private void takePart() throws InterruptedException {
    List<Integer> hosted = node.plan().hosted(node.node());
    if (slot == 0) {
      runtime.checkMemory();
      runtime.keepOnly(hosted);
      if (!node.prepare()) {
        await(() -> node.begun(generation) != null, "a plan without those who do not answer");
      }
    }
    await(() -> node.prepared(generation), "the node's first compute thread");
    load(hosted);
    node.ready();
    await(() -> node.begun(generation) != null, "the other executors to load their rows");
    shards = node.shardsOf(slot);
    if (hosted.isEmpty()) {
      sendProfile();
      awaitEnd();
    } else {
      train(Objects.requireNonNull(node.begun(generation), "begun"));
    }
  }

  private void train(Begin begin) throws InterruptedException {
    steps.begin(runtime.job().profiled() ? timings : null);
    if (runtime.job().profiled()) {
      mailbox.time(watch);
      shards.values().forEach(shard -> shard.time(watch));
    }
    TrainingLoop going = loop();
    loop = going;
    Rounds rounds = runtime.rounds();
    long before = begin.step();
    boolean undecided = before > 0 && begin.decided() < before / rounds.perEpoch();
    if (undecided && rounds.beginsEpoch(before)) {
      before--; // the end of that round comes once more, and with it that of the epoch
    }
    boolean stop = false;
    while (!stop) {
      if (runtime.job().profiled()) {
        watch.start();
      }
      before = going.run(before);
      watch.stop();
      boolean ended = rounds.beginsEpoch(before);
      if (ended && slot == 0) {
        steps.tell(rounds.stepsBefore(before), Double.NaN);
      }
      stop = ended && end(rounds.epoch(before - 1));
    }
  }

  private TrainingLoop loop() {
    Replica replica = node.replica();
    return replica instanceof AsyncReplica async
        ? new AsyncLoop(
            runtime, async, slot, generation, mailbox, steps, Objects.requireNonNull(still))
        : new SyncLoop(
            runtime, (SyncReplica) replica, slot, generation, mailbox, steps, watch, shards);
  }

  private void await(BooleanSupplier condition, String what) throws InterruptedException {
    mailbox.untilAnswered(
        condition,
        spec.membership().deadline(),
        () -> "a sign of life of the driver, and then for " + what);
  }

  /** Loads the rows of this slot's share of the hosted workers that are not here. */
  private void load(List<Integer> hosted) {
    RandomKey key = RandomKey.of(spec.seed());
    for (int i = slot; i < hosted.size(); i += node.count()) {
      int worker = hosted.get(i);
      if (runtime.worker(worker) == null) {
        node.checkGoing(generation);
        Arena memory = runtime.arena().child("rows of worker " + worker);
        Rows train = rows(memory, runtime.job().trainRows().get(worker), reader.train(worker));
        long validated = runtime.job().validationRows().get(worker);
        Rows validation =
            rows(
                memory,
                validated,
                validated == 0 ? Collections.emptyIterator() : reader.validation(worker));
        runtime.hosts(new HostedWorker(worker, train, validation, key, memory));
      }
    }
  }

  private Rows rows(Arena memory, long count, Iterator<byte[]> chunks) {
    RowFormat format = runtime.job().format();
    Rows rows = Rows.allocate(memory, format, Math.toIntExact(count));
    int filled = 0;
    while (chunks.hasNext()) {
      PackedChunk chunk = new PackedChunk(chunks.next(), format);
      chunk.copyTo(rows, filled);
      filled += chunk.rows();
    }
    if (filled != rows.count()) {
      throw new TrainingException(
          "a logical worker expects %d rows, got %d; does the source change while it is read?"
              .formatted(rows.count(), filled));
    }
    return rows;
  }

  /** Reports, validates, and does what is decided; returns whether training is over. */
  private boolean end(int epoch) throws InterruptedException {
    Shard first = shards.get(0);
    if (first != null && first.states() != null && node.serves(0)) {
      long[][] seen = first.states().total();
      node.send(Peers.COORDINATOR, new Measured(generation, first.step(), FixedTree.ROOT, seen));
    }
    validate(epoch);
    await(() -> node.decision(generation, epoch) != null, "the decision about epoch " + epoch);
    Decision decision = Objects.requireNonNull(node.decision(generation, epoch), "decision");
    if (decision.stop()) {
      finish(decision);
    }
    return decision.stop();
  }

  /** Validates the hosted workers' rows, and says for each that it is done with the epoch. */
  private void validate(int epoch) {
    boolean validated = runtime.job().validated();
    if (validated) {
      inference.use(new Weights(runtime.layout(), node.replica().parameters()));
    }
    for (int worker = node.claimValidation(epoch);
        worker >= 0;
        worker = node.claimValidation(epoch)) {
      node.checkGoing(generation);
      if (!validated) {
        node.validated(epoch, worker, NOTHING);
        continue;
      }
      Rows rows = Objects.requireNonNull(runtime.worker(worker), "worker").validation();
      long[][] seen = measured.zero();
      inference.evaluate(rows, spec.metrics(), seen);
      node.validated(epoch, worker, measured.compact(seen));
    }
  }

  private void finish(Decision decision) throws InterruptedException {
    shards.forEach(
        (index, shard) -> {
          if (decision.restore()) {
            shard.restore();
          }
          if (node.serves(index)) {
            shard.sendFrom(Peers.COORDINATOR, shard.step());
          }
        });
    sendProfile();
    awaitEnd();
  }

  private void sendProfile() {
    if (runtime.job().profiled()) {
      long step = node.replica().step();
      Traffic sent = slot == 0 ? runtime.sent() : Traffic.none();
      node.send(
          Peers.COORDINATOR, new Profile(0, step, node.node(), slot, watch.profile(timings), sent));
    }
  }

  private void awaitEnd() throws InterruptedException {
    mailbox.untilAnswered(
        () -> node.finished(generation),
        spec.membership().deadline(),
        () -> "the end of the training");
  }

  @Override
  public void close() {
    steps.close();
    kernels.close();
    exact.close();
  }
}
