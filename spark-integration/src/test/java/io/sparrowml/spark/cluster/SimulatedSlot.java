package io.sparrowml.spark.cluster;

import io.sparrowml.spark.server.GradientSum;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.spark.wire.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ComputeSlot} does, cut into turns: a thread may lose its processor between any two.
 * Once it has found nothing to do it sleeps until something comes into its mailbox, as in {@link
 * Mailbox}, and does that before it looks around again.
 */
final class SimulatedSlot {
  private final SimulatedNode node;
  private final int number;
  private final SimulatedProblem problem;
  private final Deque<Runnable> mailbox = new ArrayDeque<>();
  private final List<Shard> shards = new ArrayList<>();
  private Replica.@Nullable Claim ahead;
  private @Nullable Runnable next;
  private long steps;
  private boolean deciding;
  private boolean asleep;
  private boolean done;

  SimulatedSlot(SimulatedNode node, int number, SimulatedProblem problem) {
    this.node = node;
    this.number = number;
    this.problem = problem;
  }

  void serve(Shard shard) {
    shards.add(shard);
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
    if (!asleep && node.trains() && !done && (deciding ? decided() : stepped())) {
      return true;
    }
    next = mailbox.poll();
    asleep = next == null;
    return !asleep;
  }

  /** Goes on with the step: takes a worker, or finds that the next parameters are there. */
  private boolean stepped() {
    Replica replica = node.replica();
    if (ahead == null) {
      ahead = replica.claim(steps, number);
    }
    Replica.Claim present = ahead;
    if (present != null && present.of() == steps) {
      return computed(replica, present);
    }
    if (replica.step() <= steps) {
      return false;
    }
    steps++;
    if (steps % problem.stepsPerEpoch() == 0) {
      node.report(epoch());
      deciding = true;
    }
    return true;
  }

  /** Computes a worker, and takes another ahead; does nothing while there is no room. */
  private boolean computed(Replica replica, Replica.Claim claim) {
    Payload room = replica.room(claim, number);
    if (room == null) {
      return false;
    }
    ahead = replica.claim(steps, number);
    if (ahead == null && steps + 1 < (long) problem.epochs() * problem.stepsPerEpoch()) {
      ahead = replica.claim(steps + 1, number);
    }
    GradientSum sum = gradient(replica, claim.worker(), room);
    next = () -> replica.contribute(claim.worker(), sum);
    return true;
  }

  private int epoch() {
    return (int) (steps / problem.stepsPerEpoch());
  }

  private GradientSum gradient(Replica replica, int worker, Payload room) {
    int rows = problem.rows(worker, steps + 1);
    if (rows == 0) {
      room.release();
      return new GradientSum(0, null);
    }
    float[] parameters = replica.parameters().toFloats();
    room.values().floats().put(problem.gradient(worker, steps + 1, parameters));
    return new GradientSum(rows, room);
  }

  /** Obeys the decision about the epoch, if it is there. */
  private boolean decided() {
    Decision decision = node.decision(epoch());
    if (decision == null) {
      return false;
    }
    deciding = false;
    if (decision.stop()) {
      done = true;
      for (Shard shard : shards) {
        if (decision.restore()) {
          shard.restore();
        }
        shard.pull(Peers.COORDINATOR, shard.step());
      }
    }
    return true;
  }
}
