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
import io.sparrowml.optimizer.Schedule;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.spark.ingest.PackedChunk;
import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.GradientSum;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.Profile;
import io.sparrowml.spark.wire.Progress;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Inference;
import io.sparrowml.train.ParameterSegments;
import io.sparrowml.train.Phase;
import io.sparrowml.train.TrainingStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
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
 * other, computes their gradients, serves its shards, and waits for the next parameters.
 */
final class ComputeSlot implements AutoCloseable {
  private static final long PROGRESS_NANOS = 200_000_000;

  private final Node node;
  private final int slot;
  private final Mailbox mailbox;
  private final ShardReader reader;
  private final TrainingSpec spec;
  private final MicroBatches micro;
  private final Arena arena;
  private final Kernels kernels;
  private final Kernels exact; // for inference
  private final TrainingStep step;
  private final Inference inference;
  private final ReadAhead reading;
  private final Map<Integer, Shard> shards = new HashMap<>();
  private final Timings timings = new Timings();
  private final Stopwatch watch = new Stopwatch(System::nanoTime);
  private @Nullable Ahead ahead;
  private long lastProgress;

  /**
   * A worker that was claimed.
   *
   * @param rows those of the step, which are being read; null where it has none
   */
  private record Ahead(Replica.Claim claim, HostedWorker worker, @Nullable Future<Samples> rows) {}

  /**
   * A slot of a node, for the calling thread.
   *
   * @param threads how many native threads its kernels may use
   */
  ComputeSlot(Node node, int slot, Mailbox mailbox, ShardReader reader, int threads) {
    this.node = node;
    this.slot = slot;
    this.mailbox = mailbox;
    this.reader = reader;
    this.spec = node.spec();
    this.micro = node.job().batches(spec);
    this.arena = node.arena().child("slot " + slot);
    this.kernels = KernelProvider.open(threads, spec.precision());
    this.exact = KernelProvider.open(threads);
    this.step =
        new TrainingStep(spec.model().network(), spec.model().loss(), kernels, arena.child("step"));
    this.inference = new Inference(spec.model(), node.job().format(), exact, arena);
    int largest = largest();
    this.reading =
        new ReadAhead(
            new Batches(spec.model().preprocessing(), node.job().format()),
            List.of(samples("inputs", largest), samples("next inputs", largest)),
            "sparrow-read-" + slot);
  }

  private Samples samples(String name, int largest) {
    return new Samples(spec.model(), node.job().format(), largest, arena.child(name));
  }

  /** Takes part from the beginning to the end. */
  void run() throws InterruptedException {
    mailbox.until(
        node::planned, spec.startTimeout().plus(spec.deadline()), () -> "the plan of the training");
    if (slot >= node.slots()) {
      return;
    }
    if (slot == 0) {
      node.prepare();
    }
    await(node::hasReplica, "the node's first compute thread");
    List<HostedWorker> loaded = load();
    openShards();
    node.ready(loaded, shards);
    await(node::begun, "the other executors to load their rows");
    if (Replica.hosted(node.plan(), node.number()).isEmpty()) {
      sendProfile();
      awaitEnd();
      return;
    }
    Model model = spec.model();
    step.reserve(TrainingStep.bytes(model.network(), model.loss(), model.target(), largest()));
    if (node.job().profiled()) {
      step.time(timings);
      mailbox.time(watch);
      shards.values().forEach(shard -> shard.time(watch));
    }
    boolean stop = false;
    for (long before = node.plan().step(); !stop; before++) {
      step(before);
      if (inEpoch(before + 1) == 0) {
        stop = end(epoch(before));
      }
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

  private List<HostedWorker> load() {
    RandomKey key = RandomKey.of(spec.seed());
    List<HostedWorker> loaded = new ArrayList<>();
    List<Integer> hosted = Replica.hosted(node.plan(), node.number());
    Arena memory = arena.child("rows");
    for (int i = slot; i < hosted.size(); i += node.slots()) {
      int worker = hosted.get(i);
      Rows train = rows(memory, node.job().trainRows().get(worker), reader.train(worker));
      long validated = node.job().validationRows().get(worker);
      Rows validation =
          rows(
              memory,
              validated,
              validated == 0 ? Collections.emptyIterator() : reader.validation(worker));
      loaded.add(new HostedWorker(worker, train, validation, key));
    }
    return loaded;
  }

  private Rows rows(Arena memory, long count, Iterator<byte[]> chunks) {
    RowFormat format = node.job().format();
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

  private void openShards() {
    Plan plan = node.plan();
    Arena memory = arena.child("shards");
    Schedule schedule = spec.schedule(micro.steps());
    Segments segments = ParameterSegments.of(node.layout());
    for (int index = 0; index < plan.shards().size(); index++) {
      ShardPlace place = plan.shards().get(index);
      if (place.node() != node.number() || place.slot() != slot) {
        continue;
      }
      List<Tensor> slots = new ArrayList<>();
      for (int s = 0; s < spec.optimizer().slots(); s++) {
        Tensor state = Node.vector(memory, place.length());
        state.clear();
        slots.add(state);
      }
      Shard.Memory held =
          new Shard.Memory(
              node.replica().parameters().slice(place.from(), place.length()),
              node.replica().next().slice(place.from(), place.length()),
              slots,
              spec.earlyStopping() == null ? null : Node.vector(memory, place.length()));
      Shard shard =
          new Shard(
              index,
              plan.shards(),
              held,
              new Updater(
                  spec.optimizer(),
                  schedule,
                  spec.clip(),
                  segments.within(place.from(), place.length())),
              new FixedTree(spec.logicalWorkers()),
              node);
      resume(shard, place, held);
      if (node.writer() != null) {
        node.writer().open(index, held, memory);
      }
      shards.put(index, shard);
    }
  }

  /** Gives a shard what it goes on with, where training does not begin anew. */
  private void resume(Shard shard, ShardPlace place, Shard.Memory held) {
    Storage.Start from = node.job().start();
    if (from != null) {
      Map<String, Tensor> kept = CheckpointWriter.named(held);
      kept.remove(CheckpointWriter.PARAMETERS); // the replica has them already
      if (!kept.isEmpty()) {
        node.restore(place, kept, arena);
      }
      shard.resume(from.step(), from.rateFactor());
    }
  }

  private int largest() {
    int largest = 1;
    for (long rows : node.job().trainRows()) {
      largest = Math.max(largest, micro.largest(Math.toIntExact(rows)));
    }
    return largest;
  }

  private void step(long before) throws InterruptedException {
    if (node.job().profiled()) {
      watch.start();
    }
    while (claimed(before)) {
      Ahead present = Objects.requireNonNull(ahead, "claimed");
      Samples samples = present.rows == null ? null : ReadAhead.await(present.rows);
      watch.done(Phase.INPUT);
      ahead = claim(before);
      if (ahead == null) {
        ahead = claim(before + 1);
      }
      node.replica().contribute(present.claim.worker(), gradient(present, samples));
      mailbox.drain();
    }
    watch.stop();
    if (inEpoch(before + 1) == 0 && slot == 0) {
      node.send(Peers.COORDINATOR, new Progress(0, before + 1, node.number(), Double.NaN));
    }
  }

  /** Waits for another worker to compute in a step, or for the step's end; returns which it was. */
  private boolean claimed(long before) throws InterruptedException {
    mailbox.until(
        () -> node.reached(before + 1) || has(before), spec.deadline(), () -> missing(before + 1));
    return has(before);
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
    HostedWorker worker = node.worker(claim.worker());
    int from = micro.from(inEpoch(before), worker.train().count());
    int count = micro.from(inEpoch(before) + 1, worker.train().count()) - from;
    return new Ahead(
        claim, worker, count == 0 ? null : reading.begin(worker, epoch(before), from, count));
  }

  private GradientSum gradient(Ahead claimed, @Nullable Samples samples)
      throws InterruptedException {
    long before = claimed.claim.of();
    HostedWorker worker = claimed.worker;
    Payload room = room(claimed.claim);
    if (samples == null) {
      room.release();
      return new GradientSum(0, null);
    }
    Weights weights = new Weights(node.layout(), node.replica().parameters());
    TrainingStep.Result result =
        step.gradient(
            weights,
            samples.inputs(),
            samples.targets(),
            samples.weights(),
            worker.keyOf(before + 1),
            room.values());
    watch.done(Phase.OTHER);
    samples.measure(spec.measured(), worker.states(epoch(before), spec), result);
    watch.done(Phase.METRICS);
    showProgress(before + 1, result.losses());
    reading.done(samples);
    watch.done(Phase.OTHER);
    return new GradientSum(samples.count(), room);
  }

  private Payload room(Replica.Claim claim) throws InterruptedException {
    AtomicReference<@Nullable Payload> room = new AtomicReference<>();
    mailbox.until(
        () -> {
          room.set(node.replica().room(claim, slot));
          return room.get() != null;
        },
        spec.deadline(),
        () -> "room for a gradient, which others still hold");
    return Objects.requireNonNull(room.get(), "room");
  }

  private void showProgress(long update, Tensor losses) {
    long now = System.nanoTime();
    if (now - lastProgress > PROGRESS_NANOS) {
      lastProgress = now;
      double mean = Arrays.stream(losses.toDoubles()).average().orElse(Double.NaN);
      node.send(Peers.COORDINATOR, new Progress(0, update, node.number(), mean));
    }
  }

  private String missing(long update) {
    Plan plan = node.plan();
    for (Shard shard : shards.values()) {
      if (shard.step() < update) {
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

  /** Validates, reports, and does what is decided; returns whether training is over. */
  private boolean end(int epoch) throws InterruptedException {
    if (node.job().validated()) {
      inference.use(new Weights(node.layout(), node.replica().parameters()));
    }
    for (HostedWorker worker = node.claimValidation(epoch);
        worker != null;
        worker = node.claimValidation(epoch)) {
      MetricSet measured = spec.measured();
      List<long[]> states =
          new ArrayList<>(Arrays.asList(measured.compact(worker.states(epoch, spec))));
      if (node.job().validated()) {
        long[][] validation = measured.zero();
        inference.evaluate(worker.validation(), spec.metrics(), validation);
        states.addAll(Arrays.asList(measured.compact(validation)));
      }
      node.report(epoch, worker.number(), states.toArray(long[][]::new));
    }
    await(() -> node.decision(epoch) != null, "the decision about epoch " + epoch);
    Decision decision = node.decision(epoch);
    if (decision == null) {
      throw new IllegalStateException("decision of epoch " + epoch + " vanished");
    }
    if (decision.stop()) {
      finish(decision);
    }
    return decision.stop();
  }

  private void finish(Decision decision) throws InterruptedException {
    for (Shard shard : shards.values()) {
      if (decision.restore()) {
        shard.restore();
      }
      shard.pull(Peers.COORDINATOR, shard.step());
    }
    sendProfile();
    awaitEnd();
  }

  private void sendProfile() {
    if (node.job().profiled()) {
      long step = node.replica().step();
      node.send(
          Peers.COORDINATOR, new Profile(0, step, node.number(), slot, watch.profile(timings)));
    }
  }

  private void awaitEnd() throws InterruptedException {
    mailbox.untilAnswered(node::finished, spec.deadline(), () -> "the end of the training");
  }

  @Override
  public void close() {
    reading.close();
    kernels.close();
    exact.close();
  }
}
