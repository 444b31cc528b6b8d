package io.sparrowml.spark.cluster;

import io.sparrowml.autograd.Timings;
import io.sparrowml.data.Batches;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.MetricSet;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Model;
import io.sparrowml.model.Weights;
import io.sparrowml.spark.server.GradientSum;
import io.sparrowml.spark.server.NonFiniteGradientException;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Progress;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Exchange;
import io.sparrowml.train.ParameterSegments;
import io.sparrowml.train.Phase;
import io.sparrowml.train.TrainingStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * What a compute thread works out of logical workers' rows: the gradient of a step, or with local
 * steps what a round of them changes.
 */
final class WorkerSteps implements AutoCloseable {
  private static final long PROGRESS_NANOS = 200_000_000;

  private final NodeRuntime runtime;
  private final TrainingSpec spec;
  private final Layout layout;
  private final Rounds rounds;
  private final MetricSet measured;
  private final Stopwatch watch;
  private final TrainingStep step;
  private final ReadAhead reading;
  private final int largest;
  private final @Nullable LocalOptimizer local;
  private long lastProgress;

  /** A sum of gradients, or of what stands for them, and what metrics saw of its samples. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Result(GradientSum sum, long[][] seen) {}

  /**
   * The steps of a compute thread.
   *
   * @param slot its number
   * @param kernels used by this thread alone
   * @param arena for all that is computed
   */
  WorkerSteps(NodeRuntime runtime, int slot, Kernels kernels, Arena arena, Stopwatch watch) {
    this.runtime = runtime;
    this.spec = runtime.spec();
    this.layout = runtime.layout();
    this.rounds = runtime.rounds();
    this.measured = spec.measured();
    this.watch = watch;
    Model model = spec.model();
    this.step = new TrainingStep(model.network(), model.loss(), kernels, arena.child("step"));
    this.largest = runtime.job().largest(spec);
    this.reading =
        new ReadAhead(
            new Batches(model.preprocessing(), runtime.job().format()),
            samples(arena),
            "sparrow-read-" + slot);
    this.local =
        rounds.local() == 1
            ? null
            : new LocalOptimizer(
                spec,
                ParameterSegments.of(layout),
                rounds.steps(),
                layout.size(),
                arena.child("local steps"));
  }

  /** Room for the samples of a step, of the next, and of another worker's first. */
  private List<Samples> samples(Arena arena) {
    List<Samples> rooms = new ArrayList<>();
    for (int room = 0; room < rooms(rounds.local()); room++) {
      rooms.add(
          new Samples(spec.model(), runtime.job().format(), largest, arena.child("in " + room)));
    }
    return rooms;
  }

  /** For the samples of how many steps there is room. */
  static int rooms(int localSteps) {
    return localSteps == 1 ? 2 : 3;
  }

  /** Takes the memory of the largest step, and measures it where that is wanted. */
  void begin(@Nullable Timings timings) {
    Model model = spec.model();
    step.reserve(TrainingStep.bytes(model.network(), model.loss(), model.target(), largest));
    if (timings != null) {
      step.time(timings);
    }
  }

  /** Begins to read the rows of a worker's first step of a round; null where it has none. */
  @Nullable Future<Samples> read(HostedWorker worker, long before) {
    return read(worker, before, 0);
  }

  private @Nullable Future<Samples> read(HostedWorker worker, long before, int offset) {
    int rows = worker.train().count();
    int at = rounds.first(before) + offset;
    int from = runtime.batches().from(at, rows);
    int count = runtime.batches().from(at + 1, rows) - from;
    return count == 0 ? null : reading.begin(worker, rounds.epoch(before), from, count);
  }

  /** Forgets rows that are being read. */
  void giveBack(@Nullable Future<Samples> rows) throws InterruptedException {
    if (rows != null) {
      reading.done(ReadAhead.await(rows));
    }
  }

  /** The rows that were begun to be read. */
  @Nullable Samples await(@Nullable Future<Samples> rows) throws InterruptedException {
    Samples samples = rows == null ? null : ReadAhead.await(rows);
    watch.done(Phase.INPUT);
    return samples;
  }

  /**
   * Computes a worker's part of a round.
   *
   * @param before the number of rounds before
   * @param first the rows of the first step, which are given back; null where there are none
   * @param parameters with which the round begins, read
   * @param rateFactor by which the schedule's learning rate is multiplied
   * @param room for the result, which is given back where there are no rows
   * @param exchange brings a step's parameters and takes its gradient; not with local steps
   */
  Result compute(
      HostedWorker worker,
      long before,
      @Nullable Samples first,
      Tensor parameters,
      double rateFactor,
      Payload room,
      Exchange<InterruptedException> exchange)
      throws InterruptedException {
    long[][] seen = measured.zero();
    long samples =
        local == null
            ? gradient(
                worker, rounds.stepsBefore(before) + 1, first, parameters, room, seen, exchange)
            : localSteps(local, worker, before, first, parameters, rateFactor, room, seen);
    if (samples == 0) {
      room.release();
      return new Result(new GradientSum(0, null), seen);
    }
    return new Result(new GradientSum(samples, room), measured.compact(seen));
  }

  private int gradient(
      HostedWorker worker,
      long update,
      @Nullable Samples samples,
      Tensor parameters,
      Payload room,
      long[][] seen,
      Exchange<InterruptedException> exchange)
      throws InterruptedException {
    if (samples == null) {
      return 0;
    }
    TrainingStep.Result result =
        step.gradient(
            new Weights(layout, parameters),
            samples.inputs(),
            samples.targets(),
            samples.weights(),
            worker.keyOf(update),
            room.values(),
            exchange);
    watch.done(Phase.OTHER);
    samples.measure(measured, seen, result);
    watch.done(Phase.METRICS);
    showProgress(update, result.losses());
    int count = samples.count();
    reading.done(samples);
    watch.done(Phase.OTHER);
    return count;
  }

  private long localSteps(
      LocalOptimizer optimizer,
      HostedWorker worker,
      long before,
      @Nullable Samples first,
      Tensor parameters,
      double rateFactor,
      Payload room,
      long[][] seen)
      throws InterruptedException {
    optimizer.begin(parameters);
    long all = 0;
    Samples samples = first;
    for (int i = 0; i < rounds.count(before); i++) {
      boolean more = i + 1 < rounds.count(before);
      Future<Samples> next = more ? read(worker, before, i + 1) : null;
      long update = rounds.stepsBefore(before) + i + 1;
      int count =
          gradient(worker, update, samples, optimizer.parameters(), room, seen, Exchange.none());
      if (count > 0) {
        int bad = optimizer.step(room.values(), count, update, rateFactor);
        watch.done(Phase.OPTIMIZER);
        if (bad >= 0) {
          giveBack(next);
          throw new NonFiniteGradientException(bad, update);
        }
      }
      all += count;
      samples = await(next);
    }
    optimizer.finish(parameters, all, room.values());
    watch.done(Phase.OPTIMIZER);
    return all;
  }

  private void showProgress(long update, Tensor losses) {
    long now = System.nanoTime();
    if (now - lastProgress > PROGRESS_NANOS) {
      lastProgress = now;
      double mean = Arrays.stream(losses.toDoubles()).average().orElse(Double.NaN);
      tell(update, mean);
    }
  }

  /** The coordinator is told of so many steps. */
  void tell(long steps, double loss) {
    Progress progress = new Progress(0, steps, runtime.node().node(), loss);
    runtime.node().send(Peers.COORDINATOR, progress);
  }

  @Override
  public void close() {
    reading.close();
  }
}
