package io.sparrowml.spark.cluster;

import io.sparrowml.config.ConfigException;
import io.sparrowml.spark.checkpoint.Checkpoint;
import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.Reduction;
import io.sparrowml.spark.wire.Begin;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.spark.wire.Failure;
import io.sparrowml.spark.wire.Finish;
import io.sparrowml.spark.wire.Heartbeat;
import io.sparrowml.spark.wire.Join;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.Profile;
import io.sparrowml.spark.wire.Progress;
import io.sparrowml.spark.wire.Ready;
import io.sparrowml.spark.wire.Receiver;
import io.sparrowml.spark.wire.Report;
import io.sparrowml.spark.wire.Saved;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.EpochRecord;
import io.sparrowml.train.StepProfile;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The driver's side of a training: who takes part, what each hosts, and the decisions that are
 * taken once for all, after each epoch. It is never in the data's path.
 *
 * <pre>
 *   JOINING    --all slots have joined: Plan-->          PREPARING
 *   PREPARING  --all nodes are Ready: Begin-->           TRAINING
 *   TRAINING   --all Reports of an epoch: Decision-->    TRAINING, after the last COLLECTING
 *   COLLECTING --the Slices of all shards: Finish-->     DONE, where asked for after all Profiles
 *   any of them, at the first failure: Failure-->        FAILED
 * </pre>
 *
 * <p>It starts no thread, waits for nothing and opens no socket: messages and the time are given to
 * it.
 */
final class Coordinator implements Receiver {
  private static final long GRACE_MILLIS = 5_000;

  private enum Phase {
    JOINING,
    PREPARING,
    TRAINING,
    COLLECTING,
    DONE,
    FAILED
  }

  /** A node, as the coordinator sees it. */
  private static final class Participant {
    private final Link link;
    private Member member;
    private long heardAt;
    private long lostAt = -1;

    Participant(Link link, Member member, long now) {
      this.link = link;
      this.member = member;
      this.heardAt = now;
    }

    @Override
    public String toString() {
      return "executor " + member.executor() + " on " + member.host() + ":" + member.port();
    }
  }

  /** A compute slot of a node. */
  private record Slot(int node, int slot) {}

  private final TrainingSpec spec;
  private final long stepsPerEpoch;
  private final Cuts cuts;
  private final Tensor weights;
  private final TrainingListener listener;
  private final LongSupplier clock;
  private final long startedAt;
  private final FixedTree tree;
  private final Epochs epochs;
  private final Saves saves;
  private final long start;
  private final Map<String, Participant> participants = new TreeMap<>();
  private final BitSet ready = new BitSet();
  private final BitSet collected = new BitSet();
  private final Map<Slot, StepProfile> profiles = new HashMap<>();
  private final CompletableFuture<List<EpochRecord>> result = new CompletableFuture<>();
  private Phase phase = Phase.JOINING;
  private @Nullable Plan plan;
  private Reduction<long[][]> reports;

  /**
   * A coordinator that waits for slots to join.
   *
   * @param rows training rows
   * @param stepsPerEpoch updates an epoch
   * @param cuts where the flat vector may be cut into shards
   * @param weights room for the final parameters, {@code [size]}
   * @param saves its checkpoints, and the one that it goes on from
   * @param clock milliseconds, never going back
   */
  Coordinator(
      TrainingSpec spec,
      long rows,
      long stepsPerEpoch,
      Cuts cuts,
      Tensor weights,
      Saves saves,
      TrainingListener listener,
      LongSupplier clock) {
    this.spec = spec;
    this.stepsPerEpoch = stepsPerEpoch;
    this.cuts = cuts;
    this.weights = weights;
    this.listener = listener;
    this.clock = clock;
    this.startedAt = clock.getAsLong();
    this.tree = new FixedTree(spec.logicalWorkers());
    this.epochs = new Epochs(spec, rows, stepsPerEpoch);
    this.saves = saves;
    Checkpoint from = saves.from();
    this.start = from == null ? 0 : from.step();
    if (from != null) {
      epochs.resume(from.history());
    }
    this.reports = reduction();
  }

  private Reduction<long[][]> reduction() {
    return new Reduction<>(tree, Set.of(FixedTree.ROOT), spec::mergeStates);
  }

  /** By which the schedule's learning rate is multiplied when training begins. */
  double rateFactor() {
    return epochs.rateFactor();
  }

  /** Completes with the history when the weights are there, or with a {@link TrainingException}. */
  CompletableFuture<List<EpochRecord>> result() {
    return result;
  }

  @Override
  public synchronized void received(Link from, Message message) {
    if (phase == Phase.DONE || phase == Phase.FAILED) {
      message.release();
      from.send(new Finish(message.generation(), message.step()));
      return;
    }
    for (Participant each : participants.values()) {
      if (each.link == from) {
        each.heardAt = clock.getAsLong();
      }
    }
    if (message instanceof Join join) {
      join(from, join);
    } else if (message instanceof Ready node) {
      ready(node.node());
    } else if (message instanceof Progress progress) {
      progress(progress);
    } else if (message instanceof Report report) {
      report(report);
    } else if (message instanceof Slice slice) {
      collect(slice);
    } else if (message instanceof Profile profile) {
      profiles.put(new Slot(profile.node(), profile.slot()), profile.spent());
      finish(profile.step());
    } else if (message instanceof Saved saved) {
      saves.saved(saved);
    } else if (message instanceof Failure failure) {
      fail(failure.reason());
    } else {
      message.release();
    }
  }

  private void join(Link from, Join join) {
    Participant known = participants.get(join.executor());
    if (phase != Phase.JOINING) {
      if (known == null || known.link != from) {
        from.send(new Finish(0, 0));
      }
      return;
    }
    Member member = new Member(0, join.executor(), join.host(), join.port(), join.slots());
    if (known == null) {
      participants.put(join.executor(), new Participant(from, member, clock.getAsLong()));
    } else {
      known.member = member;
    }
    if (slotsJoined() >= spec.slots()) {
      plan();
    }
  }

  private int slotsJoined() {
    return participants.values().stream().mapToInt(p -> p.member.slots()).sum();
  }

  private void plan() {
    List<Member> members = new ArrayList<>();
    for (Participant each : participants.values()) {
      Member member = each.member;
      members.add(
          new Member(
              members.size(), member.executor(), member.host(), member.port(), member.slots()));
    }
    Plan made = Placement.plan(0, start, members, spec.logicalWorkers(), cuts);
    plan = made;
    phase = Phase.PREPARING;
    broadcast(made);
  }

  private void ready(int node) {
    ready.set(node);
    if (phase == Phase.PREPARING && ready.cardinality() == participants.size()) {
      phase = Phase.TRAINING;
      epochs.begin(clock.getAsLong());
      listener.begun(
          participants.values().stream()
              .map(p -> p + " with " + p.member.slots() + " slots")
              .collect(Collectors.joining(", ")));
      broadcast(new Begin(0, start));
    }
  }

  private void progress(Progress progress) {
    epochs.stepped(clock.getAsLong());
    int epoch = (int) ((progress.step() - 1) / stepsPerEpoch) + 1;
    listener.progressed(epoch, progress.step(), progress.loss());
  }

  private void report(Report report) {
    if (phase != Phase.TRAINING || report.epoch() != epochs.current()) {
      return;
    }
    for (Report.Part part : report.parts()) {
      Reduction.Total<long[][]> total;
      try {
        total = reports.add(part.subtree(), part.states());
      } catch (ConfigException e) { // the states together are too large
        fail(String.valueOf(e.getMessage()));
        return;
      }
      if (total != null) {
        reports = reduction();
        Decision decision = epochs.end(report.step(), total.sum(), clock.getAsLong());
        List<EpochRecord> history = epochs.history();
        listener.ended(history.get(history.size() - 1));
        phase = decision.stop() ? Phase.COLLECTING : phase;
        boolean save = !decision.stop() && saves.begin(history, shards());
        broadcast(save ? decision.saving() : decision);
      }
    }
  }

  private List<ShardPlace> shards() {
    return plan == null ? List.of() : plan.shards();
  }

  private void collect(Slice slice) {
    Plan made = plan;
    if (phase == Phase.COLLECTING && made != null && !collected.get(slice.shard())) {
      ShardPlace place = made.shards().get(slice.shard());
      weights.slice(place.from(), place.length()).copyFrom(slice.payload().values());
      collected.set(slice.shard());
      finish(slice.step());
    }
    slice.release();
  }

  /** Ends the training when all has come that is to come. */
  private void finish(long step) {
    Plan made = plan;
    boolean profiled = !listener.profiles() || profiles.size() == slotsJoined();
    if (phase == Phase.COLLECTING
        && made != null
        && collected.cardinality() == made.shards().size()
        && profiled) {
      phase = Phase.DONE;
      broadcast(new Finish(0, step));
      if (listener.profiles()) {
        listener.profiled(profiles.values().stream().reduce(StepProfile.none(), StepProfile::plus));
      }
      result.complete(epochs.history());
    }
  }

  private void broadcast(Message message) {
    participants.values().forEach(each -> each.link.send(message));
  }

  @Override
  public synchronized void closed(Link link, String reason) {
    for (Participant each : participants.values()) {
      if (each.link == link && each.lostAt < 0) {
        each.lostAt = clock.getAsLong();
      }
    }
  }

  /**
   * The cluster says that an executor is gone.
   *
   * @param reason as the cluster gives it
   */
  synchronized void executorLost(String executor, String reason) {
    Participant lost = participants.get(executor);
    if (lost != null) {
      fail("lost " + lost + ": " + reason);
    }
  }

  /** Something failed: the first call decides what the user is told. */
  synchronized void fail(String reason) {
    if (phase != Phase.DONE && phase != Phase.FAILED) {
      String where = phase == Phase.TRAINING ? "epoch " + epochs.current() + ": " : "";
      phase = Phase.FAILED;
      broadcast(new Failure(0, 0, reason));
      result.completeExceptionally(new TrainingException(where + reason));
    }
  }

  /**
   * To be called about every second: asks the nodes for a sign of life, and fails what has waited
   * too long. A node whose connection was closed is given some seconds, in which the cluster may
   * tell why.
   */
  synchronized void tick() {
    if (phase == Phase.DONE || phase == Phase.FAILED) {
      return;
    }
    long now = clock.getAsLong();
    broadcast(new Heartbeat(0, 0));
    for (Participant each : participants.values()) {
      if (each.lostAt >= 0 && now - each.lostAt > GRACE_MILLIS) {
        fail("lost " + each + ": its connection was closed");
      } else if (now - each.heardAt > spec.deadline().toMillis()) {
        fail("lost " + each + ": no sign of life for " + (now - each.heardAt) / 1000 + " s");
      }
    }
    if (phase == Phase.JOINING && now - startedAt > spec.startTimeout().toMillis()) {
      fail(
          "training expects %d compute slots within %d s, got %d%s; free cluster resources, lower cluster.slots or raise cluster.start-timeout"
              .formatted(
                  spec.slots(),
                  spec.startTimeout().toSeconds(),
                  slotsJoined(),
                  participants.isEmpty() ? "" : " from " + participants.values()));
    }
  }
}
