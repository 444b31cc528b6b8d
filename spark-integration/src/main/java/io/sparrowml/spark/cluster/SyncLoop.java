package io.sparrowml.spark.cluster;

import io.sparrowml.spark.server.GradientSum;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.train.Exchange;
import io.sparrowml.train.Phase;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * In each round: the node's logical workers one after the other, then the shards, until the next
 * parameters are here.
 */
final class SyncLoop implements TrainingLoop {
  private final NodeRuntime runtime;
  private final Node node;
  private final SyncReplica replica;
  private final int slot;
  private final int generation;
  private final Mailbox mailbox;
  private final WorkerSteps steps;
  private final Stopwatch watch;
  private final Map<Integer, Shard> shards;
  private @Nullable Ahead present;
  private @Nullable Ahead ahead;

  /**
   * A worker that was claimed.
   *
   * @param rows those of its first step, which are being read; null where it has none
   */
  private record Ahead(
      SyncReplica.Claim claim, HostedWorker worker, @Nullable Future<Samples> rows) {
    Ahead in(Payload room) {
      return new Ahead(new SyncReplica.Claim(claim.of(), claim.worker(), room), worker, rows);
    }
  }

  /**
   * The loop of a compute thread.
   *
   * @param shards that it serves, by number
   */
  SyncLoop(
      NodeRuntime runtime,
      SyncReplica replica,
      int slot,
      int generation,
      Mailbox mailbox,
      WorkerSteps steps,
      Stopwatch watch,
      Map<Integer, Shard> shards) {
    this.runtime = runtime;
    this.node = runtime.node();
    this.replica = replica;
    this.slot = slot;
    this.generation = generation;
    this.mailbox = mailbox;
    this.steps = steps;
    this.watch = watch;
    this.shards = shards;
  }

  @Override
  public long run(long before) throws InterruptedException {
    while (claimed(before)) {
      Ahead claimed = Objects.requireNonNull(ahead, "claimed");
      present = claimed;
      ahead = null;
      Samples samples = steps.await(claimed.rows);
      ahead = claim(before);
      if (ahead == null) {
        ahead = claim(before + 1);
      }
      Payload room = room(claimed.claim);
      present = claimed.in(room);
      compute(claimed, before, samples, room);
      mailbox.drain();
    }
    return before + 1;
  }

  /** Computes a worker's part of a round, and gives it to the shards. */
  private void compute(Ahead claimed, long before, @Nullable Samples samples, Payload room)
      throws InterruptedException {
    int worker = claimed.claim.worker();
    Passage passage =
        samples == null || !overlaps()
            ? null
            : new Passage(before, worker, new GradientSum(samples.count(), room));
    if (passage == null) {
      await(before, runtime.layout().size());
    }
    node.pace().begin(slot);
    WorkerSteps.Result result =
        steps.compute(
            claimed.worker,
            before,
            samples,
            replica.parameters(before),
            node.rateFactor(),
            room,
            passage == null ? Exchange.none() : passage);
    node.pace().end(slot);
    SyncReplica.Contribution contribution =
        passage == null
            ? replica.contribution(worker, result.sum())
            : Objects.requireNonNull(passage.contribution, "contribution");
    contribution.complete(result.seen());
  }

  /** Whether parameters and gradients are on their way while gradients are computed. */
  private boolean overlaps() {
    return runtime.rounds().local() == 1 && replica.travels();
  }

  /** A worker's part of a step, and what is exchanged with the shards meanwhile. */
  private final class Passage implements Exchange<InterruptedException> {
    private final long before;
    private final int worker;
    private final GradientSum sum;
    private SyncReplica.@Nullable Contribution contribution;

    private Passage(long before, int worker, GradientSum sum) {
      this.before = before;
      this.worker = worker;
      this.sum = sum;
    }

    @Override
    public void await(int to) throws InterruptedException {
      watch.done(Phase.OTHER);
      node.pace().pause(slot);
      SyncLoop.this.await(before, to);
      node.pace().begin(slot);
    }

    @Override
    public void computed(int from) {
      watch.done(Phase.OTHER);
      if (contribution == null) {
        contribution = replica.contribution(worker, sum);
      }
      contribution.from(from);
      mailbox.drain();
    }
  }

  /** Waits for parameters with which a round begins, and serves shards first. */
  private void await(long before, int to) throws InterruptedException {
    mailbox.drain();
    mailbox.until(
        () -> {
          node.checkGoing(generation);
          return replica.hasParameters(before, to);
        },
        runtime.patience(),
        () -> missing(before));
    if (to == runtime.layout().size()) {
      present = null; // it will be computed now
    }
  }

  /** Waits for another worker to compute in a round, or for the round's end; says which it was. */
  private boolean claimed(long before) throws InterruptedException {
    mailbox.until(
        () -> node.reached(generation, before + 1) || has(before) || begins(before + 1),
        runtime.patience(),
        () -> missing(before + 1));
    return has(before);
  }

  /**
   * Whether a worker of the round behind can be begun with, before its last parameters come: not
   * while others wait for shards of this thread.
   */
  private boolean begins(long next) {
    return overlaps()
        && ahead != null
        && ahead.claim.of() == next
        && !runtime.rounds().beginsEpoch(next)
        && shards.values().stream().allMatch(shard -> shard.step() >= next)
        && replica.hasParameters(next, 0);
  }

  private boolean has(long before) {
    if (ahead == null) {
      ahead = claim(before);
    }
    return ahead != null && ahead.claim.of() == before;
  }

  /** Takes a worker for a round, if there is one, and begins to read its rows. */
  private @Nullable Ahead claim(long before) {
    boolean over = runtime.rounds().epoch(before) > runtime.spec().epochs();
    SyncReplica.Claim claim = over ? null : replica.claim(before, slot);
    if (claim == null) {
      return null;
    }
    HostedWorker worker = Objects.requireNonNull(runtime.worker(claim.worker()), "worker");
    return new Ahead(claim, worker, steps.read(worker, before));
  }

  private Payload room(SyncReplica.Claim claim) throws InterruptedException {
    AtomicReference<@Nullable Payload> room = new AtomicReference<>();
    mailbox.until(
        () -> {
          node.checkGoing(generation);
          room.set(replica.room(claim, slot));
          return room.get() != null;
        },
        runtime.patience(),
        () -> "room for a gradient, which others still hold");
    watch.done(Phase.OTHER);
    return Objects.requireNonNull(room.get(), "room");
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
              .formatted(update, parts, plan.servers(parts));
        }
        return "step %d: the gradients of logical workers %s, hosted by %s"
            .formatted(
                update,
                workers,
                plan.describe(workers.stream().map(w -> plan.hostOf()[w]).toList()));
      }
    }
    List<Integer> missing = replica.missingShards();
    return "step %d: the parameters of shards %s, held by %s"
        .formatted(update, missing, plan.servers(missing));
  }

  @Override
  public void leave() throws InterruptedException {
    for (Ahead claimed : new Ahead[] {present, ahead}) {
      if (claimed != null) {
        steps.giveBack(claimed.rows);
        Payload room = claimed.claim.room();
        if (room != null) {
          room.release();
        }
      }
    }
    present = null;
    ahead = null;
  }
}
