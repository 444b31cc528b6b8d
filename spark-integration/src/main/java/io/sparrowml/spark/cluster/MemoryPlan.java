package io.sparrowml.spark.cluster;

import io.sparrowml.model.Layout;
import io.sparrowml.model.Model;
import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.train.Inference;
import io.sparrowml.train.TrainingStep;

/**
 * The memory that a node needs, worked out before its first step, in bytes: off the heap all but
 * the optimizer's slots.
 *
 * @param slots those of the shards; with local steps those of a worker too for each compute thread
 * @param parameters the present ones and room for the next; with local steps those of a worker for
 *     each compute thread, and where gradients are not waited for a copy for each instead of the
 *     next ones
 * @param gradients those on their way up the fixed tree, and what workers keep back of theirs
 * @param shards the best parameters; with checkpoints a copy of all, and with several executors one
 *     of the slots, which another one may have to be sent meanwhile
 * @param messages gradients and parameters received
 * @param activations what the compute threads read for a step and the next, and work out in it,
 *     forward and backward
 * @param rows the rows of the hosted workers, as packed
 */
record MemoryPlan(
    long slots,
    long parameters,
    long gradients,
    long shards,
    long messages,
    long activations,
    long rows) {
  private static final long MIB = 1 << 20;

  /** Memory comes in blocks whose sizes are rounded up. */
  private static final double ROUNDING = 1.25;

  /** What a node of a plan needs. */
  static MemoryPlan of(TrainingSpec spec, TrainingJob job, Plan plan, int node) {
    Model model = spec.model();
    int threads = plan.member(node).slots();
    FixedTree tree = new FixedTree(spec.logicalWorkers());
    long vector = (long) Layout.of(model.network()).size() * Float.BYTES;
    long held =
        plan.shards().stream().filter(s -> s.isHeldBy(node)).mapToLong(ShardPlace::length).sum()
            * Float.BYTES;
    int hosted = 0;
    long rows = 0;
    for (int worker = 0; worker < spec.logicalWorkers(); worker++) {
      if (plan.hostOf()[worker] == node) {
        hosted++;
        rows +=
            (job.trainRows().get(worker) + job.validationRows().get(worker))
                * job.format().rowBytes();
      }
    }
    int largest = job.largest(spec);
    long step = TrainingStep.bytes(model.network(), model.loss(), model.target(), largest);
    if (step > Integer.MAX_VALUE) {
      throw new TrainingException(
          "training.batch-size: what is computed of the %,d samples of a logical worker expects at most 2,047 MiB, got %,d; lower it, or raise cluster.logical-workers"
              .formatted(largest, mib(step)));
    }
    int kept = ShardFactory.vectors(spec);
    int sent = spec.compression().isNone() ? 1 : 2; // coded ones are copies
    long inference = Inference.bytes(model, job.format());
    long sample = model.network().input().size() + model.target().size() + 1;
    int local = spec.mode().localSteps();
    long inputs = (long) WorkerSteps.rooms(local) * largest * sample * Float.BYTES;
    boolean async = spec.mode().isAsynchronous();
    int rooms =
        async
            ? AsyncReplica.gradientRooms(hosted, threads)
            : SyncReplica.gradientRooms(tree, hosted, threads);
    int slots = ShardFactory.slots(spec);
    int saved = job.storage() == null ? 0 : 1 + slots + kept;
    int lent = plan.members().size() > 1 ? slots : 0;
    return new MemoryPlan(
        held * slots + vector * threads * LocalOptimizer.slots(spec),
        vector * (async ? 1 + threads : 2 + threads * LocalOptimizer.vectors(spec)),
        vector * (rooms + (spec.compression().keepsBack() ? hosted : 0)),
        held * (kept + saved + lent),
        plan.members().size() > 1 ? held * tree.depth() + vector * sent : 0,
        threads * (inputs + step + inference),
        rows);
  }

  /** All that is off the heap, with what rounding adds. */
  long total() {
    return (long) (ROUNDING * (parameters + gradients + shards + messages + activations + rows));
  }

  /**
   * Refuses to start with too little.
   *
   * @param limit what there is off the heap, in bytes
   * @param heap what there is on it, of which slots may take half
   * @param where which executor, for the error
   * @throws TrainingException with the setting to change and the value that would do
   */
  void check(long limit, long heap, String where) {
    if (slots > heap / 2) {
      throw new TrainingException(
          "%s: training expects %,d MiB for the optimizer's slots in at most half of the heap, got a heap of %,d MiB; set --executor-memory (in local mode --driver-memory) to at least %dm, or take an optimizer with fewer slots"
              .formatted(where, mib(slots), mib(heap), mib(slots) * 2 + 256));
    }
    if (total() > limit) {
      throw new TrainingException(
          "%s: training expects %,d MiB of off-heap memory (parameters %,d, gradients %,d, shards %,d, messages %,d, activations %,d, rows %,d), got a limit of %,d MiB; set --executor-memory (in local mode --driver-memory) to at least %dm, or lower training.batch-size"
              .formatted(
                  where,
                  mib(total()),
                  mib(parameters),
                  mib(gradients),
                  mib(shards),
                  mib(messages),
                  mib(activations),
                  mib(rows),
                  mib(limit),
                  mib(total()) * 5 / 4 + 256));
    }
  }

  private static long mib(long bytes) {
    return (bytes + MIB - 1) / MIB;
  }
}
