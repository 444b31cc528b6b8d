package io.sparrowml.spark.cluster;

import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.GradientSum;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Begin;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.spark.wire.Measured;
import io.sparrowml.spark.wire.Payload;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ComputeSlot} does, cut into turns: a thread may lose its processor between any two.
 * Once it has found nothing to do it sleeps until something comes into its mailbox, as in {@link
 * Mailbox}, and does that before it looks around again.
 */
final class SimulatedSlot {
  private enum Stage {
    OUTSIDE,
    ENTERED,
    PREPARED,
    STRANDED,
    READY,
    TRAINING,
    DECIDING,
    ENDING
  }

  /** A worker whose parameters are being read, as they come. */
  private final class Reading {
    private final int worker;
    private final Payload room;
    private final float[] parameters = new float[problem.size()];
    private int read;

    private Reading(int worker, Payload room) {
      this.worker = worker;
      this.room = room;
    }
  }

  private final Node node;
  private final int number;
  private final SimulatedProblem problem;
  private final Deque<Runnable> mailbox = new ArrayDeque<>();
  private Stage stage = Stage.OUTSIDE;
  private Map<Integer, Shard> shards = Map.of();
  private SyncReplica.@Nullable Claim ahead;
  private @Nullable Reading reading;
  private AsyncReplica.@Nullable Claim handedOut;
  private @Nullable Runnable next;
  private int generation = -1;
  private long steps;
  private boolean asleep;
  private boolean left;

  SimulatedSlot(Node node, int number, SimulatedProblem problem) {
    this.node = node;
    this.number = number;
    this.problem = problem;
  }

  void post(Runnable work) {
    mailbox.add(work);
  }

  /** Does a little; returns whether there was something to do. */
  boolean turn() {
    Runnable begun = next;
    if (begun != null) {
      next = null;
      begun.run();
      return true;
    }
    try {
      if (!left && !asleep && acted()) {
        return true;
      }
    } catch (RegroupedException e) {
      leave();
      return true;
    } catch (StoppedException e) {
      left = true;
      return true;
    }
    next = mailbox.poll();
    asleep = next == null;
    return !asleep;
  }

  private void leave() {
    if (ahead != null && ahead.room() != null) {
      ahead.room().release();
    }
    ahead = null;
    if (reading != null) {
      reading.room.release();
    }
    reading = null;
    if (handedOut != null) {
      handedOut.room().release();
    }
    handedOut = null;
    for (Runnable work = mailbox.poll(); work != null; work = mailbox.poll()) {
      work.run();
    }
    stage = Stage.OUTSIDE;
    node.leave(number);
  }

  private boolean acted() {
    switch (stage) {
      case OUTSIDE -> {
        int entered = node.enter(number, generation);
        generation = Math.max(generation, entered);
        return goOn(entered >= 0, Stage.ENTERED);
      }
      case ENTERED -> {
        if (number == 0) {
          stage = node.prepare() ? Stage.PREPARED : Stage.STRANDED;
          return true;
        }
        return goOn(node.prepared(generation), Stage.PREPARED);
      }
      case PREPARED -> {
        node.ready();
        stage = Stage.READY;
        return true;
      }
      case STRANDED -> {
        return node.begun(generation) != null;
      }
      case READY -> {
        Begin begin = node.begun(generation);
        return begin != null && begun(begin);
      }
      case TRAINING -> {
        return stepped();
      }
      case DECIDING -> {
        return decided();
      }
      default -> {
        left = node.finished(generation);
        return left;
      }
    }
  }

  private boolean goOn(boolean done, Stage to) {
    stage = done ? to : stage;
    return done;
  }

  private boolean begun(Begin begin) {
    shards = node.shardsOf(number);
    steps = begin.step();
    if (node.plan().hosted(node.node()).isEmpty()) {
      stage = Stage.ENDING;
      return true;
    }
    stage = Stage.TRAINING;
    if (steps > 0 && steps % problem.stepsPerEpoch() == 0 && begin.decided() < epoch()) {
      steps--;
    }
    return true;
  }

  /** Goes on with the step: takes a worker, or finds that the next parameters are there. */
  private boolean stepped() {
    if (node.replica() instanceof AsyncReplica replica) {
      return steppedAsynchronously(replica);
    }
    SyncReplica replica = (SyncReplica) node.replica();
    boolean reached = node.reached(generation, steps + 1);
    if (ahead == null) {
      ahead = replica.claim(steps, number);
    }
    if (reading != null) {
      return computed(replica, reading);
    }
    SyncReplica.Claim present = ahead;
    if (present != null && present.of() == steps) {
      return entered(replica, present);
    }
    boolean begins =
        present != null
            && present.of() == steps + 1
            && (steps + 1) % problem.stepsPerEpoch() != 0
            && replica.hasParameters(steps + 1, 0);
    if (!reached && !begins) {
      return false;
    }
    steps++;
    if (steps % problem.stepsPerEpoch() == 0) {
      report();
    }
    return true;
  }

  /** Takes a worker whose parameters are there, or finds that the epoch has ended. */
  private boolean steppedAsynchronously(AsyncReplica replica) {
    node.checkGoing(generation);
    long end = (epoch() + 1L) * problem.stepsPerEpoch();
    replica.goOn(end);
    if (replica.ended(end)) {
      steps = end;
      report();
      return true;
    }
    AsyncReplica.Claim claim = handedOut == null ? replica.claim(number) : handedOut;
    handedOut = null;
    if (claim == null) {
      return false;
    }
    int worker = claim.worker();
    node.pace().begin(number);
    float[] parameters = replica.parameters().toFloats();
    long[][] seen = {{1, problem.loss(worker, claim.of() + 1, parameters)}, {1, 0}};
    GradientSum sum = gradient(worker, claim.of() + 1, claim.room(), parameters);
    next = () -> contribute(() -> replica.contribute(worker, sum, seen));
    handedOut = replica.claim(number);
    return true;
  }

  /** Begins with a worker, and takes another ahead; does nothing while there is no room. */
  private boolean entered(SyncReplica replica, SyncReplica.Claim claim) {
    Payload room = replica.room(claim, number);
    if (room == null) {
      return false;
    }
    ahead = replica.claim(steps, number);
    if (ahead == null && steps + 1 < (long) problem.epochs() * problem.stepsPerEpoch()) {
      ahead = replica.claim(steps + 1, number);
    }
    reading = new Reading(claim.worker(), room);
    return true;
  }

  /** Reads the first parameters and then the others, as they come, and computes with them. */
  private boolean computed(SyncReplica replica, Reading present) {
    int worker = present.worker;
    int to = present.read == 0 ? problem.readFirst(worker, steps) : problem.size();
    if (!replica.hasParameters(steps, to)) {
      return false;
    }
    replica
        .parameters(steps)
        .slice(present.read, to - present.read)
        .floats()
        .get(present.parameters, present.read, to - present.read);
    present.read = to;
    if (to < problem.size()) {
      return true;
    }
    reading = null;
    node.pace().begin(number);
    long[][] seen = {{1, problem.loss(worker, steps + 1, present.parameters)}, {1, 0}};
    GradientSum sum = gradient(worker, steps + 1, present.room, present.parameters);
    SyncReplica.Contribution contribution = replica.contribution(worker, sum);
    int from = problem.computedFirst(worker, steps);
    next =
        () -> {
          contribution.from(from);
          next = () -> contribute(() -> contribution.complete(seen));
        };
    return true;
  }

  private void contribute(Runnable contribution) {
    node.pace().end(number);
    contribution.run();
  }

  private int epoch() {
    return (int) (steps / problem.stepsPerEpoch());
  }

  private GradientSum gradient(int worker, long step, Payload room, float[] parameters) {
    int rows = problem.rows(worker, step);
    if (rows == 0) {
      room.release();
      return new GradientSum(0, null);
    }
    room.values().floats().put(problem.gradient(worker, step, parameters));
    return new GradientSum(rows, room);
  }

  private void report() {
    stage = Stage.DECIDING;
    Shard first = shards.get(0);
    if (first != null && first.states() != null && node.serves(0)) {
      node.send(
          Peers.COORDINATOR,
          new Measured(generation, first.step(), FixedTree.ROOT, first.states().total()));
    }
    float[] parameters = node.replica().parameters().toFloats();
    int epoch = epoch();
    for (int worker = node.claimValidation(epoch);
        worker >= 0;
        worker = node.claimValidation(epoch)) {
      long loss = problem.loss(worker, -epoch, parameters);
      node.validated(
          epoch, worker, problem.validated() ? new long[][] {{1, loss}, {1, 0}} : new long[][] {});
    }
  }

  /** Obeys the decision about the epoch, if it is there. */
  private boolean decided() {
    Decision decision = node.decision(generation, epoch());
    if (decision == null) {
      return false;
    }
    stage = decision.stop() ? Stage.ENDING : Stage.TRAINING;
    if (decision.stop()) {
      shards.forEach(
          (index, shard) -> {
            if (decision.restore()) {
              shard.restore();
            }
            if (node.serves(index)) {
              shard.sendFrom(Peers.COORDINATOR, shard.step());
            }
          });
    }
    return true;
  }
}
