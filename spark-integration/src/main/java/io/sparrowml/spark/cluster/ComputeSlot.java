package io.sparrowml.spark.cluster;

import io.sparrowml.autograd.Timings;
import io.sparrowml.data.Batches;
import io.sparrowml.data.MicroBatches;
import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.MetricSet;
import io.sparrowml.model.Model;
import io.sparrowml.model.Weights;
import io.sparrowml.spark.ingest.PackedChunk;
import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.GradientSum;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Begin;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.spark.wire.Measured;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.Profile;
import io.sparrowml.spark.wire.Progress;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Inference;
import io.sparrowml.train.Phase;
import io.sparrowml.train.TrainingStep;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One compute thread of a node. In each step it takes the node's logical workers one after the
 * other, computes their gradients, serves its shards, and waits for the next parameters. When who
 * takes part changes, it leaves the step and goes on in the next generation.
 */
final class ComputeSlot implements AutoCloseable {
  private static final long PROGRESS_NANOS = 200_000_000;
  private static final long[][] NOTHING = {};

  private final NodeRuntime runtime;
  private final Node node;
  private final int slot;
  private final Mailbox mailbox;
  private final ShardReader reader;
  private final TrainingSpec spec;
  private final MetricSet measured;
  private final MicroBatches micro;
  private final Arena arena;
  private final Kernels kernels;
  private final Kernels exact; // for inference
  private final TrainingStep step;
  private final Inference inference;
  private final ReadAhead reading;
  private final Timings timings = new Timings();
  private final Stopwatch watch = new Stopwatch(System::nanoTime);
  private Map<Integer, Shard> shards = Map.of();
  private @Nullable Ahead present;
  private @Nullable Ahead ahead;
  private long lastProgress;
  private int generation = -1;

  /**
   * A worker that was claimed.
   *
   * @param rows those of the step, which are being read; null where it has none
   */
  private record Ahead(Replica.Claim claim, HostedWorker worker, @Nullable Future<Samples> rows) {}

  /** A gradient sum, and what metrics saw of its samples. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Computed(GradientSum sum, long[][] seen) {}

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
    this.micro = runtime.job().batches(spec);
    this.arena = runtime.arena().child("slot " + slot);
    this.kernels = KernelProvider.open(threads, spec.precision());
    this.exact = KernelProvider.open(threads);
    this.step =
        new TrainingStep(spec.model().network(), spec.model().loss(), kernels, arena.child("step"));
    this.inference = new Inference(spec.model(), runtime.job().format(), exact, arena);
    int largest = largest();
    this.reading =
        new ReadAhead(
            new Batches(spec.model().preprocessing(), runtime.job().format()),
            List.of(samples("inputs", largest), samples("next inputs", largest)),
            "sparrow-read-" + slot);
  }

  private Samples samples(String name, int largest) {
    return new Samples(spec.model(), runtime.job().format(), largest, arena.child(name));
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
    for (Ahead claimed : new Ahead[] {present, ahead}) {
      if (claimed != null) {
        giveBack(claimed);
      }
    }
    present = null;
    ahead = null;
    watch.stop();
    mailbox.drain();
    node.leave(slot);
  }

  private void giveBack(Ahead claimed) throws InterruptedException {
    if (claimed.rows != null) {
      reading.done(ReadAhead.await(claimed.rows));
    }
    Payload room = claimed.claim.room();
    if (room != null) {
      room.release();
    }
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
    Model model = spec.model();
    step.reserve(TrainingStep.bytes(model.network(), model.loss(), model.target(), largest()));
    if (runtime.job().profiled()) {
      step.time(timings);
      mailbox.time(watch);
      shards.values().forEach(shard -> shard.time(watch));
    }
    long before = begin.step();
    boolean undecided = before > 0 && begin.decided() < before / micro.steps();
    boolean stop = undecided && inEpoch(before) == 0 && end(epoch(before - 1));
    while (!stop) {
      step(before);
      before++;
      stop = inEpoch(before) == 0 && end(epoch(before - 1));
    }
  }

  /** The epoch of the step that has so many before it. */
  private int epoch(long before) {
    return (int) (before / micro.steps()) + 1;
  }

  /** How many steps its epoch has before it. */
  private int inEpoch(long before) {
    return (int) (before % micro.steps());
  }

  private void await(BooleanSupplier condition, String what) throws InterruptedException {
    mailbox.untilAnswered(
        condition, spec.deadline(), () -> "a sign of life of the driver, and then for " + what);
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

  private int largest() {
    int largest = 1;
    for (long rows : runtime.job().trainRows()) {
      largest = Math.max(largest, micro.largest(Math.toIntExact(rows)));
    }
    return largest;
  }

  private void step(long before) throws InterruptedException {
    if (runtime.job().profiled()) {
      watch.start();
    }
    while (claimed(before)) {
      Ahead claimed = Objects.requireNonNull(ahead, "claimed");
      present = claimed;
      ahead = null;
      Samples samples = claimed.rows == null ? null : ReadAhead.await(claimed.rows);
      watch.done(Phase.INPUT);
      ahead = claim(before);
      if (ahead == null) {
        ahead = claim(before + 1);
      }
      Computed computed = compute(claimed, samples);
      present = null;
      node.replica().contribute(claimed.claim.worker(), computed.sum, computed.seen);
      mailbox.drain();
    }
    watch.stop();
    if (inEpoch(before + 1) == 0 && slot == 0) {
      node.send(Peers.COORDINATOR, new Progress(0, before + 1, node.node(), Double.NaN));
    }
  }

  /** Waits for another worker to compute in a step, or for the step's end; returns which it was. */
  private boolean claimed(long before) throws InterruptedException {
    mailbox.until(
        () -> node.reached(generation, before + 1) || has(before),
        patience(),
        () -> missing(before + 1));
    return has(before);
  }

  /** How long others are waited for: the coordinator finds out first who is lost. */
  private Duration patience() {
    return spec.deadline().multipliedBy(2);
  }

  private boolean has(long before) {
    if (ahead == null) {
      ahead = claim(before);
    }
    return ahead != null && ahead.claim.of() == before;
  }

  /** Takes a worker for a step, if there is one, and begins to read its rows. */
  private @Nullable Ahead claim(long before) {
    Replica.Claim claim = epoch(before) > spec.epochs() ? null : node.replica().claim(before, slot);
    if (claim == null) {
      return null;
    }
    HostedWorker worker = Objects.requireNonNull(runtime.worker(claim.worker()), "worker");
    int from = micro.from(inEpoch(before), worker.train().count());
    int count = micro.from(inEpoch(before) + 1, worker.train().count()) - from;
    return new Ahead(
        claim, worker, count == 0 ? null : reading.begin(worker, epoch(before), from, count));
  }

  private Computed compute(Ahead claimed, @Nullable Samples samples) throws InterruptedException {
    long before = claimed.claim.of();
    Payload room = room(claimed.claim);
    long[][] seen = measured.zero();
    if (samples == null) {
      room.release();
      return new Computed(new GradientSum(0, null), seen);
    }
    Weights weights = new Weights(runtime.layout(), node.replica().parameters());
    TrainingStep.Result result =
        step.gradient(
            weights,
            samples.inputs(),
            samples.targets(),
            samples.weights(),
            claimed.worker.keyOf(before + 1),
            room.values());
    watch.done(Phase.OTHER);
    samples.measure(measured, seen, result);
    watch.done(Phase.METRICS);
    showProgress(before + 1, result.losses());
    int count = samples.count();
    reading.done(samples);
    watch.done(Phase.OTHER);
    return new Computed(new GradientSum(count, room), measured.compact(seen));
  }

  private Payload room(Replica.Claim claim) throws InterruptedException {
    AtomicReference<@Nullable Payload> room = new AtomicReference<>();
    mailbox.until(
        () -> {
          node.checkGoing(generation);
          room.set(node.replica().room(claim, slot));
          return room.get() != null;
        },
        patience(),
        () -> "room for a gradient, which others still hold");
    return Objects.requireNonNull(room.get(), "room");
  }

  private void showProgress(long update, Tensor losses) {
    long now = System.nanoTime();
    if (now - lastProgress > PROGRESS_NANOS) {
      lastProgress = now;
      double mean = Arrays.stream(losses.toDoubles()).average().orElse(Double.NaN);
      node.send(Peers.COORDINATOR, new Progress(0, update, node.node(), mean));
    }
  }

  private String missing(long update) {
    Plan plan = node.plan();
    for (Map.Entry<Integer, Shard> each : shards.entrySet()) {
      Shard shard = each.getValue();
      if (node.serves(each.getKey()) && shard.step() < update) {
        List<Integer> workers = shard.missing();
        if (workers.isEmpty()) {
          List<Integer> parts = shard.missingNorms();
          return "step %d: the gradient's norm in shards %s, held by %s"
              .formatted(update, parts, holders(parts));
        }
        return "step %d: the gradients of logical workers %s, hosted by %s"
            .formatted(
                update, workers, hosts(workers.stream().map(w -> plan.hostOf()[w]).toList()));
      }
    }
    List<Integer> missing = node.replica().missingShards();
    return "step %d: the parameters of shards %s, held by %s"
        .formatted(update, missing, holders(missing));
  }

  private String holders(List<Integer> shards) {
    return hosts(shards.stream().map(s -> node.plan().shards().get(s).node()).toList());
  }

  private String hosts(List<Integer> nodes) {
    return String.join(", ", nodes.stream().distinct().map(node::describe).toList());
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
      node.send(Peers.COORDINATOR, new Profile(0, step, node.node(), slot, watch.profile(timings)));
    }
  }

  private void awaitEnd() throws InterruptedException {
    mailbox.untilAnswered(
        () -> node.finished(generation), spec.deadline(), () -> "the end of the training");
  }

  @Override
  public void close() {
    reading.close();
    kernels.close();
    exact.close();
  }
}
