package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.spark.cluster.Specs.Mean;
import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.wire.Begin;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.spark.wire.Failure;
import io.sparrowml.spark.wire.Finish;
import io.sparrowml.spark.wire.Heartbeat;
import io.sparrowml.spark.wire.Join;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Measured;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Messages;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.Profile;
import io.sparrowml.spark.wire.Progress;
import io.sparrowml.spark.wire.Quiet;
import io.sparrowml.spark.wire.Ready;
import io.sparrowml.spark.wire.Regroup;
import io.sparrowml.spark.wire.Report;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.spark.wire.Traffic;
import io.sparrowml.spark.wire.Unreachable;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.EpochRecord;
import io.sparrowml.train.StepProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two executors with a slot each train three workers and 20 parameters for two epochs of 10 steps:
 * the first hosts workers 0 and 1 and parameters 0 to 15, the second the others.
 */
class CoordinatorTest {
  private static final int SIZE = 20;
  private static final Finish FINISH = new Finish(0, 0);

  private final Arena arena = Arena.root("test", 1 << 20);
  private final Pool pool = new Pool(arena.child("messages"), SIZE * Float.BYTES);
  private final Tensor weights = Node.vector(arena, SIZE);
  private final List<String> told = new ArrayList<>();
  private boolean profiles;
  private final LinkEnd first = new LinkEnd();
  private final LinkEnd second = new LinkEnd();
  private long now = 1_000_000;
  private final Coordinator coordinator =
      new Coordinator(
          Specs.of(2, 3, 2),
          300,
          new Rounds(10, 1),
          Cuts.anywhere(SIZE).ranges(2),
          weights,
          Saves.none(),
          new Listener(),
          () -> now);
  private Map<String, Double> metrics = Map.of();

  /** The coordinator's end of a link: keeps what was sent since the last look. */
  private static final class LinkEnd implements Link {
    private List<Message> sent = new ArrayList<>();

    @Override
    public void send(Message message) {
      sent.add(message);
    }

    @Override
    public String peer() {
      return "a node";
    }

    @Override
    public void close() {}

    List<Message> take() {
      List<Message> taken = sent;
      sent = new ArrayList<>();
      return taken;
    }
  }

  /** Writes down what the user would see. */
  private final class Listener implements TrainingListener {
    @Override
    public void begun(String members) {
      told.add("begun: " + members);
    }

    @Override
    public void progressed(int epoch, long step, double loss) {
      told.add("epoch " + epoch + ", step " + step + ": " + loss);
    }

    @Override
    public void ended(EpochRecord epoch) {
      told.add("ended: " + epoch.epoch());
      metrics = epoch.metrics();
    }

    @Override
    public void told(String line) {
      told.add(line);
    }

    @Override
    public boolean profiles() {
      return profiles;
    }

    @Override
    public void profiled(StepProfile profile, List<Traffic> sent) {
      told.add("profiled: " + profile.steps() + " steps of " + profile.slots() + " slots");
    }
  }

  @AfterEach
  void close() {
    assertThat(pool.outstanding()).as("payloads that were not released").isZero();
    arena.closeAll();
  }

  private void join(LinkEnd link, String executor, int slots) {
    coordinator.received(link, new Join(0, 0, executor, "host-" + executor, 7, slots));
  }

  private void joinAll() {
    join(first, "1", 1);
    join(second, "2", 1);
  }

  private void begin() {
    joinAll();
    coordinator.received(first, new Ready(0, 0, 0));
    coordinator.received(second, new Ready(0, 0, 1));
    first.take();
    second.take();
  }

  /** The first node, which has the first shard, tells what metrics saw of an epoch. */
  private void report(int epoch) {
    report(epoch, 1, 0.5);
  }

  private static Report done(int epoch, int subtree) {
    return new Report(0, 10L * epoch, epoch, List.of(new Report.Part(subtree, new long[][] {})));
  }

  private void report(int epoch, double loss, double accuracy) {
    long[][] states = {Mean.of(loss), Mean.of(accuracy)};
    coordinator.received(first, new Measured(0, 10L * epoch, FixedTree.ROOT, states));
    coordinator.received(first, done(epoch, 2));
    coordinator.received(second, done(epoch, 3));
  }

  private Slice slice(int shard, float... values) {
    return new Slice(0, 20, shard, 0, Messages.payload(Bodies.of(pool), values));
  }

  private void collectAll() {
    report(1);
    report(2);
    coordinator.received(second, slice(1, 17, 18, 19, 20));
    coordinator.received(first, slice(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
  }

  private void later(long millis) {
    now += millis;
    coordinator.tick();
  }

  private void assertFailed(String message) {
    assertThat(coordinator.result()).isCompletedExceptionally();
    assertThatThrownBy(() -> coordinator.result().join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(TrainingException.class)
        .hasMessage(message);
  }

  @Test
  void thePlanIsSentWhenAllSlotsHaveJoined() {
    join(second, "2", 1);
    assertThat(second.take()).isEmpty();

    join(first, "1", 1);

    List<Member> members =
        List.of(new Member(0, "1", "host-1", 7, 1), new Member(1, "2", "host-2", 7, 1));
    Plan plan = Placement.first(0, 0, members, 3, Cuts.anywhere(SIZE).ranges(2));
    assertThat(first.take()).containsExactly(plan);
    assertThat(second.take()).containsExactly(plan);
  }

  @Test
  void theSlotsOfAnExecutorJoinOneByOne() {
    join(first, "1", 1);
    join(first, "1", 2);

    assertThat(first.take())
        .containsExactly(
            Placement.first(
                0,
                0,
                List.of(new Member(0, "1", "host-1", 7, 2)),
                3,
                Cuts.anywhere(SIZE).ranges(2)));
  }

  @Test
  void trainingBeginsWhenAllNodesAreReady() {
    joinAll();
    first.take();
    second.take();

    coordinator.received(second, new Ready(0, 0, 1));
    coordinator.received(second, new Ready(0, 0, 1));
    assertThat(second.take()).isEmpty();
    coordinator.received(first, new Ready(0, 0, 0));

    assertThat(first.take()).containsExactly(new Begin(0, 0, 0, 1));
    assertThat(second.take()).containsExactly(new Begin(0, 0, 0, 1));
    assertThat(told)
        .containsExactly(
            "begun: executor 1 on host-1:7 with 1 slots, executor 2 on host-2:7 with 1 slots");
  }

  @Test
  void progressIsShownWithItsEpoch() {
    begin();
    told.clear();

    coordinator.received(first, new Progress(0, 1, 0, 0.5));
    coordinator.received(second, new Progress(0, 10, 1, 0.25));
    coordinator.received(second, new Progress(0, 11, 1, 0.125));

    assertThat(told)
        .containsExactly(
            "epoch 1, step 1: 0.5", "epoch 1, step 10: 0.25", "epoch 2, step 11: 0.125");
  }

  @Test
  void anEpochIsDecidedWhenItHasBeenMeasured() {
    begin();
    told.clear();
    report(2);
    assertThat(first.take()).isEmpty();

    report(1);

    Decision decision = new Decision(0, 10, 1, false, false, false, false, 1);
    assertThat(first.take()).containsExactly(decision);
    assertThat(second.take()).containsExactly(decision);
    assertThat(told).containsExactly("ended: 1");
  }

  /** What metrics saw of validation rows; subtrees 2 and 3 are the nodes'. */
  private static Report validated(int subtree, long[] loss) {
    return new Report(
        0, 10, 1, List.of(new Report.Part(subtree, new long[][] {loss, Mean.of(0.5)})));
  }

  @Test
  void nothingIsDecidedBeforeAllAreDoneWithTheEpoch() {
    begin();
    told.clear();
    coordinator.received(second, validated(3, Mean.of(2)));
    coordinator.received(
        first, new Measured(0, 10, FixedTree.ROOT, new long[][] {Mean.of(1), Mean.of(1)}));
    assertThat(told).isEmpty();

    coordinator.received(first, validated(2, Mean.of(1)));

    assertThat(told).containsExactly("ended: 1");
    assertThat(metrics).containsEntry("train.loss", 1.0).containsEntry("validation.loss", 1.5);
  }

  @Test
  void metricsThatGrowTooLargeEndTheTraining() {
    begin();
    coordinator.received(first, validated(2, Mean.of(1)));
    coordinator.received(second, validated(3, new long[3]));

    assertThat(first.take())
        .containsExactly(new Failure(0, 0, "loss: expects at most 2 numbers, got 3"));
    assertThatThrownBy(() -> coordinator.result().join())
        .hasCauseInstanceOf(TrainingException.class)
        .hasRootCauseMessage("epoch 1: loss: expects at most 2 numbers, got 3");
  }

  private static Profile profile(int node) {
    return new Profile(0, 20, node, 0, new StepProfile(1, 20, Map.of(), List.of()), Traffic.none());
  }

  @Test
  void whereProfilesAreAskedForEachSlotsIsAwaited() {
    profiles = true;
    begin();
    coordinator.received(second, profile(1));
    collectAll();
    coordinator.received(second, profile(1));
    assertThat(coordinator.result()).isNotDone();
    told.clear();

    coordinator.received(first, profile(0));

    assertThat(told).containsExactly("profiled: 40 steps of 2 slots");
    assertThat(coordinator.result()).isCompleted();
    assertThat(first.take()).last().isEqualTo(new Finish(0, 20));
  }

  @Test
  void theWeightsAreCollectedOnceAndTheHistoryGiven() {
    begin();
    report(1);
    report(2);
    assertThat(first.take()).last().isEqualTo(new Decision(0, 20, 2, true, false, false, false, 1));
    second.take();

    coordinator.received(second, slice(1, 17, 18, 19, 20));
    coordinator.received(second, slice(1, 100, 100, 100, 100));
    assertThat(coordinator.result()).isNotDone();
    coordinator.received(first, slice(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16));

    assertThat(first.take()).containsExactly(new Finish(0, 20));
    assertThat(second.take()).containsExactly(new Finish(0, 20));
    assertThat(weights.toFloats())
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
    List<EpochRecord> history = coordinator.result().join();
    assertThat(history).hasSize(2);
    assertThat(history.get(1).step()).isEqualTo(20);
    assertThat(history.get(1).metrics())
        .containsEntry("train.loss", 1.0)
        .containsEntry("train.accuracy", 0.5);
  }

  @Test
  void slicesBeforeTheEndAreDropped() {
    begin();

    coordinator.received(second, slice(1, 100, 100, 100, 100));
    report(1);
    coordinator.received(second, slice(1, 100, 100, 100, 100));
    collectAll();

    assertThat(weights.toFloats()).endsWith(17, 18, 19, 20);
  }

  @Test
  void whateverComesAfterTheEndIsAnsweredWithIt() {
    begin();
    collectAll();
    LinkEnd late = new LinkEnd();
    first.take();

    coordinator.received(first, slice(0, 100));
    coordinator.received(late, new Join(0, 0, "3", "host-3", 7, 1));
    coordinator.executorLost("1", "too late to matter");
    later(1_000_000);

    assertThat(first.take()).containsExactly(new Finish(0, 20));
    assertThat(late.take()).containsExactly(FINISH);
    assertThat(weights.toFloats()).startsWith(1);
    assertThat(coordinator.result()).isCompleted();
  }

  @Test
  void whereTooFewComeInTimeTrainingBeginsWithThem() {
    join(first, "1", 1);
    for (int i = 0; i < 8; i++) {
      later(15_000);
      coordinator.received(first, new Heartbeat(0, 0));
    }
    first.take();

    later(1);

    assertThat(first.take().get(1)).isInstanceOf(Plan.class);
  }

  @Test
  void noSlotsInTimeAreAnError() {
    later(120_001);

    assertFailed(
        "training expects 2 compute slots within 120 s, got 0; free cluster resources, lower"
            + " cluster.slots or cluster.min-slots, or raise cluster.start-timeout");
  }

  @Test
  void aLostConnectionIsALostExecutorAfterSomeSeconds() {
    begin();
    told.clear();
    coordinator.closed(second, "reset by peer");
    later(5_000);
    assertThat(told).isEmpty();
    coordinator.closed(second, "once more");

    later(1);

    assertThat(told).containsExactly("lost executor 2 on host-2:7: its connection was closed");
    assertThat(first.take()).last().isEqualTo(new Regroup(1, 0));
  }

  @Test
  void theClustersReasonIsPreferredToTheConnections() {
    begin();
    told.clear();
    coordinator.closed(second, "reset by peer");
    later(1_000);
    coordinator.executorLost("9", "of no interest");

    coordinator.executorLost("2", "Command exited with code 137");

    assertThat(told).containsExactly("lost executor 2 on host-2:7: Command exited with code 137");
  }

  /** The second node is lost, and the first one quiet after some steps. */
  private void loseTheSecond(long step) {
    coordinator.executorLost("2", "exited");
    coordinator.received(first, new Quiet(1, step, 0));
  }

  @Test
  void whoIsLeftGoesOnFromWhereItIs() {
    begin();
    report(1);
    first.take();
    told.clear();

    loseTheSecond(13);

    Plan plan = (Plan) first.take().get(1);
    assertThat(plan)
        .isEqualTo(
            new Plan(
                1,
                13,
                List.of(new Member(0, "1", "host-1", 7, 1)),
                new int[] {0, 0, 0},
                List.of(
                    new ShardPlace(0, 0, ShardPlace.NONE, 0, 16),
                    new ShardPlace(0, 0, ShardPlace.NONE, 16, 4)),
                new int[] {0, 0},
                List.of()));
    coordinator.received(first, new Ready(1, 13, 0));
    assertThat(first.take()).containsExactly(new Begin(1, 13, 1, 1));
    assertThat(told)
        .containsExactly(
            "lost executor 2 on host-2:7: exited",
            "training goes on, on executor 1 on host-1:7 with 1 slots");
  }

  @Test
  void whoIsLostBeforeTheBeginIsNotMissed() {
    joinAll();
    coordinator.executorLost("2", "exited");
    coordinator.received(first, new Quiet(1, 0, 0));
    coordinator.received(first, new Ready(1, 0, 0));

    assertThat(first.take()).last().isEqualTo(new Begin(1, 0, 0, 1));
    assertThat(told)
        .containsExactly(
            "lost executor 2 on host-2:7: exited", "begun: executor 1 on host-1:7 with 1 slots");
  }

  @Test
  void theSlowestDecidesWhereToGoOn() {
    begin();
    LinkEnd third = new LinkEnd();
    join(third, "3", 1);
    later(1_001);
    assertThat(second.take()).contains(new Regroup(1, 0));
    assertThat(third.take()).containsExactly(new Heartbeat(0, 0));

    coordinator.received(first, new Quiet(1, 5, 0));
    assertThat(third.take()).isEmpty();
    coordinator.received(second, new Quiet(1, 4, 1));

    Plan plan = (Plan) third.take().get(0);
    assertThat(plan.step()).isEqualTo(4);
    assertThat(plan.members()).hasSize(3);
    assertThat(plan.fresh()).containsExactly(2);
    assertThat(plan.sources()).containsExactly(0, 1);
  }

  @Test
  void whatIsOfAnEarlierGenerationDoesNotCount() {
    begin();
    loseTheSecond(3);
    coordinator.received(first, new Ready(1, 3, 0));
    first.take();
    told.clear();

    report(1);

    assertThat(told).isEmpty();
  }

  @Test
  void whoIsLostWhileTheWeightsAreCollectedIsDoneWithout() {
    begin();
    report(1);
    report(2);
    Decision last = new Decision(0, 20, 2, true, false, false, false, 1);
    coordinator.received(first, slice(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
    first.take();

    loseTheSecond(20);
    coordinator.received(first, new Ready(1, 20, 0));

    assertThat(first.take()).endsWith(new Begin(1, 20, 1, 1), last);
    coordinator.received(
        first, new Slice(1, 20, 1, 0, Messages.payload(Bodies.of(pool), 17, 18, 19, 20)));
    assertThat(coordinator.result()).isCompleted();
    assertThat(weights.toFloats()).startsWith(1, 2).endsWith(19, 20);
  }

  @Test
  void whereBothCopiesOfAShardAreLostTrainingBeginsAnew() {
    begin();
    told.clear();
    coordinator.executorLost("2", "exited");
    coordinator.executorLost("1", "exited too");
    assertThat(coordinator.result()).isNotDone();

    LinkEnd third = new LinkEnd();
    join(third, "3", 1);

    Plan plan = (Plan) third.take().get(0);
    assertThat(plan.fromOrigin()).isTrue();
    assertThat(plan.step()).isZero();
    assertThat(told)
        .last()
        .isEqualTo("all copies of a part of the parameters are lost: training begins anew");
  }

  @Test
  void whereNobodyIsLeftInTimeTheFirstCauseIsTold() {
    begin();
    coordinator.executorLost("2", "exited");
    coordinator.executorLost("1", "exited too");

    later(120_001);

    assertFailed(
        "lost executor 1 on host-1:7: exited too; training expects 1 compute slots to go on within"
            + " 120 s, got 0");
  }

  @Test
  void nodesWithoutAConnectionConnectAnewAFewTimes() {
    begin();
    for (int generation = 0; generation < 3; generation++) {
      coordinator.received(second, new Unreachable(generation, 0, 1, 0, "connection refused"));
      first.take();
      later(5_001);
      assertThat(first.take()).contains(new Regroup(generation + 1, 0));
      coordinator.received(first, new Quiet(generation + 1, 0, 0));
      coordinator.received(second, new Quiet(generation + 1, 0, 1));
    }
    coordinator.received(second, new Unreachable(3, 0, 1, 0, "connection refused"));
    later(5_001);

    assertFailed(
        "executor 2 on host-2:7 has no connection to executor 1 on host-1:7: connection refused");
  }

  @Test
  void anExecutorThatComesBackTakesItsPlaceAnew() {
    begin();
    told.clear();
    LinkEnd again = new LinkEnd();

    join(again, "2", 1);
    coordinator.received(first, new Quiet(1, 3, 0));

    assertThat(told)
        .containsExactly("lost executor 2 on host-2:7: it has come back in another connection");
    Plan plan = (Plan) again.take().get(0);
    assertThat(plan.members().stream().map(Member::node)).containsExactly(0, 2);
    assertThat(plan.fresh()).containsExactly(2);
  }

  @Test
  void theEndOfALinkOfSomebodyElseDoesNotMatter() {
    begin();

    coordinator.closed(new LinkEnd(), "reset by peer");
    later(10_000);

    assertThat(coordinator.result()).isNotDone();
  }

  @Test
  void aSilentNodeIsLostAfterTheDeadline() {
    begin();

    later(15_000);
    coordinator.received(first, new Heartbeat(0, 0));
    later(5_000);
    assertThat(coordinator.result()).isNotDone();
    later(1_000);

    assertThat(told).last().isEqualTo("lost executor 2 on host-2:7: no sign of life for 21 s");
  }

  @Test
  void nodesAreAskedForASignOfLife() {
    join(first, "1", 1);

    later(1_000);

    assertThat(first.take()).containsExactly(new Heartbeat(0, 0));
    assertThat(second.take()).isEmpty();
  }

  @Test
  void theFirstFailureWins() {
    begin();
    report(1);
    first.take();
    second.take();

    coordinator.received(second, new Failure(0, 0, "disk full"));
    coordinator.received(first, new Failure(0, 0, "of no interest"));
    coordinator.executorLost("2", "exited");
    coordinator.fail("all tasks have ended");

    assertFailed("epoch 2: disk full");
    assertThat(second.take()).containsExactly(new Failure(0, 0, "disk full"));
    assertThat(first.take()).containsExactly(new Failure(0, 0, "disk full"), FINISH);
  }

  @Test
  void aFailureBeforeTrainingHasNoEpoch() {
    coordinator.fail("the Spark job of the training failed: cancelled");

    assertFailed("the Spark job of the training failed: cancelled");
  }

  @Test
  void afterAFailurePayloadsAreGivenBack() {
    begin();
    coordinator.fail("disk full");

    coordinator.received(second, slice(1, 17, 18, 19, 20));

    assertThat(second.take()).endsWith(new Finish(0, 20));
  }
}
