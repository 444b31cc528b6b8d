package io.sparrowml.spark.cluster;

import io.sparrowml.config.ConfigException;
import io.sparrowml.model.Layout;
import io.sparrowml.spark.checkpoint.Checkpoint;
import io.sparrowml.spark.cluster.Roster.Participant;
import io.sparrowml.spark.wire.Begin;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.spark.wire.Failure;
import io.sparrowml.spark.wire.Finish;
import io.sparrowml.spark.wire.Heartbeat;
import io.sparrowml.spark.wire.Join;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Measured;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Pace;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.Profile;
import io.sparrowml.spark.wire.Progress;
import io.sparrowml.spark.wire.Quiet;
import io.sparrowml.spark.wire.Ready;
import io.sparrowml.spark.wire.Receiver;
import io.sparrowml.spark.wire.Regroup;
import io.sparrowml.spark.wire.Report;
import io.sparrowml.spark.wire.Saved;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.spark.wire.Skipped;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.spark.wire.Unreachable;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.EpochRecord;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The driver's side of a training: who takes part, what each hosts, and the decisions that are
 * taken once for all, after each epoch. It is never in the data's path.
 *
 * <pre>
 *   JOINING    --all slots have joined: Plan-->            PREPARING
 *   PREPARING  --all nodes are Ready: Begin-->             TRAINING, or where it was COLLECTING
 *   TRAINING   --all has come of an epoch: Decision-->     TRAINING, after the last COLLECTING
 *   COLLECTING --the Slices of all shards: Finish-->       DONE, where asked for after all Profiles
 *   a node is lost, or others join: Regroup-->             REGROUPING
 *   REGROUPING --all nodes are Quiet: Plan-->              PREPARING
 *   any of them, at the first failure: Failure-->          FAILED
 * </pre>
 *
 * <p>Each Regroup begins a generation. It goes on from the step that the slowest node has reached;
 * where nobody has the numbers of a shard any more, from the last checkpoint.
 *
 * <p>It starts no thread, waits for nothing and opens no socket: messages and the time are given to
 * it.
 */
final class Coordinator implements Receiver {
  private static final long GRACE_MILLIS = 5_000;
  private static final long SETTLING_MILLIS = 1_000;

  private enum Phase {
    JOINING,
    REGROUPING,
    PREPARING,
    TRAINING,
    COLLECTING,
    DONE,
    FAILED
  }

  private final TrainingSpec spec;
  private final long rows;
  private final Rounds rounds;
  private final List<Cuts.Range> ranges;
  private final Tensor weights;
  private final TrainingListener listener;
  private final LongSupplier clock;
  private final Saves saves;
  private final EpochMeasures measures;
  private final Roster roster = new Roster();
  private final BitSet ready = new BitSet();
  private final Map<Integer, Long> quiet = new HashMap<>(); // steps, by node
  private final BitSet collected = new BitSet();
  private final Profiles profiles = new Profiles();
  private final Skips skips;
  private final Stragglers stragglers;
  private final Shortage shortage;
  private final CompletableFuture<List<EpochRecord>> result = new CompletableFuture<>();
  private Phase phase = Phase.JOINING;
  private Epochs epochs;
  private int generation;
  private long start;
  private long phaseSince;
  private long grownAt = -1;
  private final BrokenConnections broken = new BrokenConnections();
  private boolean finding;
  private boolean announced;
  private String lastLoss = "";
  private @Nullable Plan plan;
  private @Nullable Plan begun; // the last plan that began: who has what
  private @Nullable Decision last; // with which training stops

  /**
   * A coordinator that waits for slots to join.
   *
   * @param rows training rows
   * @param cut how an epoch's steps fall into rounds
   * @param ranges the slices of the shards
   * @param weights room for the final parameters, {@code [size]}
   * @param saves its checkpoints, and the one that it goes on from
   * @param clock milliseconds, never going back
   */
  Coordinator(
      TrainingSpec spec,
      long rows,
      Rounds cut,
      List<Cuts.Range> ranges,
      Tensor weights,
      Saves saves,
      TrainingListener listener,
      LongSupplier clock) {
    this.spec = spec;
    this.rows = rows;
    this.rounds = cut;
    this.ranges = List.copyOf(ranges);
    this.weights = weights;
    this.saves = saves;
    this.listener = listener;
    this.clock = clock;
    this.skips = new Skips(Layout.of(spec.model().network()), listener::told);
    this.stragglers = new Stragglers(spec.membership().onStraggler(), roster::name, listener::told);
    this.shortage = new Shortage(spec.membership(), roster);
    this.measures = new EpochMeasures(spec);
    this.phaseSince = clock.getAsLong();
    this.epochs = new Epochs(spec, rows, rounds.steps());
    from(saves.from());
  }

  /** Everything is as it was when a checkpoint was taken, null for the beginning. */
  private void from(@Nullable Checkpoint checkpoint) {
    start = checkpoint == null ? 0 : checkpoint.step();
    epochs = new Epochs(spec, rows, rounds.steps());
    if (checkpoint != null) {
      epochs.resume(checkpoint.history(), start, rounds.perEpoch());
    }
    begun = null;
    last = null;
    collected.clear();
  }

  /** Completes with the history when the weights are there, or with a {@link TrainingException}. */
  CompletableFuture<List<EpochRecord>> result() {
    return result;
  }

  private boolean over() {
    return phase == Phase.DONE || phase == Phase.FAILED;
  }

  @Override
  public synchronized void received(Link from, Message message) {
    if (over()) {
      message.release();
      from.send(new Finish(message.generation(), message.step()));
      return;
    }
    roster.heard(from, clock.getAsLong());
    if (message instanceof Join join) {
      join(from, join);
    } else if (roster.of(from).isEmpty()) {
      message.release(); // given up
    } else if (message instanceof Failure failure) {
      fail(failure.reason());
    } else if (message instanceof Progress progress) {
      progress(progress);
    } else if (message instanceof Profile profile) {
      profiles.add(profile);
      finish(profile.step());
    } else if (message instanceof Saved saved) {
      saves.saved(saved);
    } else if (message instanceof Slice slice) {
      collect(slice);
    } else if (message.generation() == generation) {
      ofGeneration(from, message);
    }
  }

  private void ofGeneration(Link from, Message message) {
    if (message instanceof Quiet node) {
      quiet.putIfAbsent(node.node(), node.step());
      regrouped();
    } else if (message instanceof Ready node) {
      ready(node.node());
    } else if (message instanceof Measured measured) {
      long end = (long) epochs.current() * rounds.perEpoch();
      if (phase == Phase.TRAINING && measured.step() == end) {
        measures.trained(measured.states());
        decide(measured.step());
      } else {
        saves.measured(measured);
      }
    } else if (message instanceof Report report) {
      report(report);
    } else if (message instanceof Unreachable pair) {
      unreachable(pair);
    } else if (message instanceof Skipped skipped && skips.add(skipped)) {
      fail(skips.failure());
    } else if (message instanceof Pace pace) {
      roster.of(from).ifPresent(each -> stragglers.add(each.number(), pace));
    }
  }

  private void join(Link from, Join join) {
    Participant other = roster.other(from, join.executor());
    if (other != null) {
      lost(other, "it has come back in another connection");
    }
    if (over()) {
      return;
    }
    roster.join(from, join, clock.getAsLong());
    if (phase == Phase.JOINING && roster.slots() >= spec.membership().slots()) {
      plan();
    } else if (phase != Phase.JOINING) {
      stragglers.changed();
      grownAt = clock.getAsLong();
      regrouped();
    }
  }

  private void enter(Phase next) {
    phase = next;
    phaseSince = clock.getAsLong();
  }

  /** Who takes part changes: all leave the step in flight. */
  private void regroup() {
    generation++;
    enter(Phase.REGROUPING);
    quiet.clear();
    broken.settled();
    long step = begun == null ? start : begun.step();
    roster.tellMembers(new Regroup(generation, step));
    regrouped();
  }

  /** Goes on once all are quiet, and are enough. */
  private void regrouped() {
    if (phase != Phase.REGROUPING
        || finding
        || roster.slots() < spec.membership().minSlots()
        || !roster.numbered().stream().allMatch(each -> quiet.containsKey(each.number()))) {
      return;
    }
    Plan before = begun;
    if (before != null && !Placement.hasAll(before, roster.whole(before))) {
      finding = true;
      saves.find(this::rollBack);
      return;
    }
    plan();
  }

  private synchronized void rollBack(@Nullable Checkpoint to) {
    finding = false;
    if (!over()) {
      from(to);
      listener.told(
          to == null
              ? "all copies of a part of the parameters are lost: training begins anew"
              : "all copies of a part of the parameters are lost: training goes on from the checkpoint of step %d, %s"
                  .formatted(to.step(), to.place()));
      regrouped();
    }
  }

  private void plan() {
    Plan before = begun;
    List<Member> members = roster.members();
    Plan made;
    if (before == null) {
      made = Placement.first(generation, start, members, spec.logicalWorkers(), ranges);
    } else {
      Set<Integer> whole = roster.whole(before);
      long step = whole.stream().mapToLong(node -> quiet.getOrDefault(node, 0L)).min().orElse(0);
      made = Placement.next(generation, step, members, before, whole, stragglers.paces());
    }
    broken.reached(made.step());
    plan = made;
    ready.clear();
    grownAt = -1;
    enter(Phase.PREPARING);
    roster.broadcast(made);
  }

  private void ready(int node) {
    Plan made = plan;
    ready.set(node);
    if (phase != Phase.PREPARING
        || made == null
        || !made.members().stream().allMatch(member -> ready.get(member.node()))) {
      return;
    }
    if (announced) {
      boolean whole = rounds.beginsEpoch(made.step());
      listener.told("training goes on, on " + roster.describe() + spec.forgotten(whole));
    } else {
      announced = true;
      listener.begun(roster.describe());
    }
    if (begun == null) {
      epochs.begin(clock.getAsLong());
    }
    begun = made;
    saves.goOn(epochs.history(), made.shards());
    stragglers.begin(made, clock.getAsLong());
    measures.reset();
    Decision stop = last;
    int decided = epochs.current() - (stop == null ? 1 : 2);
    enter(stop == null ? Phase.TRAINING : Phase.COLLECTING);
    roster.tellMembers(new Begin(generation, made.step(), decided, epochs.rateFactor()));
    if (stop != null) {
      roster.tellMembers(stop);
    }
  }

  private void progress(Progress progress) {
    epochs.stepped(clock.getAsLong());
    int epoch = (int) ((progress.step() - 1) / rounds.steps()) + 1;
    listener.progressed(epoch, progress.step(), progress.loss());
  }

  private void report(Report report) {
    if (phase != Phase.TRAINING || report.epoch() != epochs.current()) {
      return;
    }
    try {
      measures.add(report);
    } catch (ConfigException e) { // the states together are too large
      fail(String.valueOf(e.getMessage()));
      return;
    }
    decide(report.step());
  }

  /** Decides about an epoch once all nodes are done with it. */
  private void decide(long step) {
    if (!measures.complete()) {
      return;
    }
    Decision decision =
        epochs.end(step, measures.trained(), measures.validated(), clock.getAsLong());
    measures.reset();
    List<EpochRecord> history = epochs.history();
    listener.ended(history.get(history.size() - 1));
    if (decision.stop()) {
      enter(Phase.COLLECTING);
      last = decision;
    } else if (saves.begin(history)) {
      decision = decision.saving();
    }
    roster.tellMembers(decision);
  }

  private void collect(Slice slice) {
    Plan made = plan;
    boolean expected =
        phase == Phase.COLLECTING && made != null && slice.generation() == generation;
    if (made != null && expected && !collected.get(slice.shard())) {
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
    if (phase != Phase.COLLECTING || made == null) {
      return;
    }
    boolean profiled = !listener.profiles() || profiles.complete(made);
    if (collected.cardinality() == made.shards().size() && profiled) {
      enter(Phase.DONE);
      skips.end();
      stragglers.end();
      roster.broadcast(new Finish(generation, step));
      if (listener.profiles()) {
        listener.profiled(profiles.total(), profiles.sent());
      }
      result.complete(epochs.history());
    }
  }

  @Override
  public synchronized void closed(Link link, String reason) {
    roster.closed(link, clock.getAsLong());
  }

  /**
   * The cluster says that an executor is gone.
   *
   * @param reason as the cluster gives it
   */
  synchronized void executorLost(String executor, String reason) {
    roster.of(executor).forEach(each -> lost(each, reason));
  }

  private void lost(Participant gone, String reason) {
    if (over()) {
      return;
    }
    roster.remove(gone);
    gone.link().close();
    stragglers.changed();
    lastLoss = "lost " + gone + ": " + reason;
    listener.told(lastLoss);
    if (gone.number() >= 0) {
      regroup();
    }
  }

  /** Two nodes have no connection: if none of them is lost, all connect anew. */
  private void unreachable(Unreachable pair) {
    broken.told(
        "%s has no connection to %s: %s"
            .formatted(roster.name(pair.from()), roster.name(pair.to()), pair.reason()),
        clock.getAsLong());
  }

  /** Something failed: the first call decides what the user is told. */
  synchronized void fail(String reason) {
    if (!over()) {
      String where = phase == Phase.TRAINING ? "epoch " + epochs.current() + ": " : "";
      enter(Phase.FAILED);
      roster.broadcast(new Failure(generation, 0, reason));
      result.completeExceptionally(new TrainingException(where + reason));
    }
  }

  /**
   * To be called about every second: asks the nodes for a sign of life, gives up those that are
   * silent, and fails what has waited too long. A node whose connection was closed is given some
   * seconds, in which the cluster may tell why.
   */
  synchronized void tick() {
    if (over()) {
      return;
    }
    long now = clock.getAsLong();
    roster.broadcast(new Heartbeat(0, 0));
    for (Participant each : roster.all()) {
      String gone = each.gone(now, GRACE_MILLIS, spec.membership().deadline().toMillis());
      if (gone != null) {
        lost(each, gone);
      }
    }
    if (broken.lasts(now - GRACE_MILLIS) && phase != Phase.REGROUPING) {
      reconnect();
    }
    boolean grown = grownAt >= 0 && now - grownAt > SETTLING_MILLIS;
    if (phase == Phase.TRAINING && (grown || stragglers.judge(now))) {
      regroup();
    }
    checkSlots(now);
  }

  private void reconnect() {
    if (broken.again()) {
      listener.told(broken.reason());
      regroup();
    } else {
      fail(broken.reason());
    }
  }

  private void checkSlots(long now) {
    if (now - phaseSince <= spec.membership().startTimeout().toMillis() || finding) {
      return;
    }
    boolean enough = roster.slots() >= spec.membership().minSlots();
    if (phase == Phase.JOINING && enough) {
      plan();
    } else if (phase == Phase.JOINING) {
      fail(shortage.toBegin());
    } else if (phase == Phase.REGROUPING) {
      fail(
          enough
              ? shortage.ofAnswers(lastLoss, roster.without(quiet.keySet()))
              : shortage.toGoOn(lastLoss));
    }
  }
}
