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
import java.util.function.BooleanSupplier;

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
  private final Batches batches;
  private final Map<Integer, Shard> shards = new HashMap<>();
  private final Timings timings = new Timings();
  private final Stopwatch watch = new Stopwatch(System::nanoTime);
  private long lastProgress;

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
    this.micro = new MicroBatches(node.job().rows(), spec.batchSize());
    this.arena = node.arena().child("slot " + slot);
    this.kernels = KernelProvider.open(threads, spec.precision());
    this.exact = KernelProvider.open(threads);
    this.step =
        new TrainingStep(spec.model().network(), spec.model().loss(), kernels, arena.child("step"));
    this.inference = new Inference(spec.model(), node.job().format(), exact, arena);
    this.batches = new Batches(spec.model().preprocessing(), node.job().format());
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
    int largest = largest();
    Samples samples = new Samples(model, node.job().format(), largest, arena);
    step.reserve(TrainingStep.bytes(model.network(), model.loss(), model.target(), largest));
    if (node.job().profiled()) {
      step.time(timings);
      mailbox.time(watch);
      shards.values().forEach(shard -> shard.time(watch));
    }
    boolean stop = false;
    for (int epoch = 1; !stop; epoch++) {
      for (int i = 0; i < micro.steps(); i++) {
        step(epoch, i, samples);
      }
      stop = end(epoch);
    }
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
      Tensor parameters = Node.vector(memory, place.length());
      parameters.copyFrom(node.replica().parameters().slice(place.from(), place.length()));
      List<Tensor> slots = new ArrayList<>();
      for (int s = 0; s < spec.optimizer().slots(); s++) {
        Tensor state = Node.vector(memory, place.length());
        state.clear();
        slots.add(state);
      }
      Tensor best = spec.earlyStopping() == null ? parameters : Node.vector(memory, place.length());
      shards.put(
          index,
          new Shard(
              index,
              plan.shards(),
              parameters,
              slots,
              best,
              new Updater(
                  spec.optimizer(),
                  schedule,
                  spec.clip(),
                  segments.within(place.from(), place.length())),
              new FixedTree(spec.logicalWorkers()),
              node));
    }
  }

  private int largest() {
    int largest = 1;
    for (long rows : node.job().trainRows()) {
      largest = Math.max(largest, micro.largest(Math.toIntExact(rows)));
    }
    return largest;
  }

  private void step(int epoch, int inEpoch, Samples samples) throws InterruptedException {
    Replica replica = node.replica();
    long before = (epoch - 1L) * micro.steps() + inEpoch;
    if (node.job().profiled()) {
      watch.start();
    }
    for (int number = replica.claim(before); number >= 0; number = replica.claim(before)) {
      HostedWorker worker = node.worker(number);
      int from = micro.from(inEpoch, worker.train().count());
      int count = micro.from(inEpoch + 1, worker.train().count()) - from;
      GradientSum sum = new GradientSum(0, null);
      if (count > 0) {
        samples.fill(batches, worker.train(), worker.order(epoch, spec), from, count);
        watch.done(Phase.INPUT);
        sum = gradient(worker, epoch, before + 1, samples);
      }
      replica.contribute(number, sum);
      watch.done(Phase.REDUCE);
    }
    mailbox.until(() -> node.reached(before + 1), spec.deadline(), () -> missing(before + 1));
    watch.stop();
    if (inEpoch == micro.steps() - 1 && slot == 0) {
      node.send(Peers.COORDINATOR, new Progress(0, before + 1, node.number(), Double.NaN));
    }
  }

  private GradientSum gradient(HostedWorker worker, int epoch, long update, Samples samples) {
    Payload room = node.replica().room();
    Weights weights = new Weights(node.layout(), node.replica().parameters());
    TrainingStep.Result result =
        step.gradient(
            weights,
            samples.inputs(),
            samples.targets(),
            samples.weights(),
            worker.keyOf(update),
            room.values());
    watch.done(Phase.OTHER);
    samples.measure(spec.measured(), worker.states(epoch, spec), result);
    watch.done(Phase.METRICS);
    showProgress(update, result.losses());
    watch.done(Phase.OTHER);
    return new GradientSum(samples.count(), room);
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
    kernels.close();
    exact.close();
  }
}
