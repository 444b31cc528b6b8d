package io.sparrowml.spark.cluster;

import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Exchange;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * An epoch of steps that do not wait for each other: a worker whose parameters are here, then the
 * shards, until all workers of all nodes have done their steps.
 */
final class AsyncLoop implements TrainingLoop {
  private final NodeRuntime runtime;
  private final Node node;
  private final AsyncReplica replica;
  private final int slot;
  private final int generation;
  private final Mailbox mailbox;
  private final WorkerSteps steps;
  private final Tensor still;
  private @Nullable Ahead ahead;

  /**
   * A worker that was claimed.
   *
   * @param rows those of its step, which are being read; null where it has none
   */
  private record Ahead(
      AsyncReplica.Claim claim, HostedWorker worker, @Nullable Future<Samples> rows) {}

  /**
   * The loop of a compute thread.
   *
   * @param still {@code [size]}: a copy of the parameters that holds still while a gradient is
   *     computed
   */
  AsyncLoop(
      NodeRuntime runtime,
      AsyncReplica replica,
      int slot,
      int generation,
      Mailbox mailbox,
      WorkerSteps steps,
      Tensor still) {
    this.runtime = runtime;
    this.node = runtime.node();
    this.replica = replica;
    this.slot = slot;
    this.generation = generation;
    this.mailbox = mailbox;
    this.steps = steps;
    this.still = still;
  }

  @Override
  public long run(long before) throws InterruptedException {
    Rounds rounds = runtime.rounds();
    long end = (long) rounds.epoch(before) * rounds.perEpoch();
    replica.goOn(end);
    while (claimed(end)) {
      Ahead claimed = Objects.requireNonNull(ahead, "claimed");
      Samples samples = steps.await(claimed.rows);
      still.copyFrom(replica.parameters());
      ahead = null;
      Ahead next = claim();
      node.pace().begin(slot);
      WorkerSteps.Result result =
          steps.compute(
              claimed.worker,
              claimed.claim.of(),
              samples,
              still,
              node.rateFactor(),
              claimed.claim.room(),
              Exchange.none());
      ahead = next;
      node.pace().end(slot);
      replica.contribute(claimed.claim.worker(), result.sum(), result.seen());
      mailbox.drain();
    }
    return end;
  }

  /** Waits for a worker to compute, or for the end of the epoch; says which it was. */
  private boolean claimed(long end) throws InterruptedException {
    mailbox.until(
        () -> {
          node.checkGoing(generation);
          return replica.ended(end) || has();
        },
        runtime.patience(),
        () -> missing(end));
    return !replica.ended(end);
  }

  private boolean has() {
    if (ahead == null) {
      ahead = claim();
    }
    return ahead != null;
  }

  private @Nullable Ahead claim() {
    AsyncReplica.Claim claim = replica.claim(slot);
    if (claim == null) {
      return null;
    }
    HostedWorker worker = Objects.requireNonNull(runtime.worker(claim.worker()), "worker");
    return new Ahead(claim, worker, steps.read(worker, claim.of()));
  }

  private String missing(long end) {
    List<Integer> missing = replica.missingShards();
    return "steps up to %d: the parameters of shards %s, held by %s"
        .formatted(end, missing, node.plan().servers(missing));
  }

  @Override
  public void leave() throws InterruptedException {
    Ahead claimed = ahead;
    ahead = null;
    if (claimed != null) {
      steps.giveBack(claimed.rows);
      claimed.claim.room().release();
    }
  }
}
