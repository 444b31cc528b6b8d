package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.spark.cluster.Specs.Mean;
import io.sparrowml.spark.wire.Begin;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.spark.wire.Failure;
import io.sparrowml.spark.wire.Finish;
import io.sparrowml.spark.wire.Heartbeat;
import io.sparrowml.spark.wire.Join;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Messages;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.Profile;
import io.sparrowml.spark.wire.Progress;
import io.sparrowml.spark.wire.Ready;
import io.sparrowml.spark.wire.Report;
import io.sparrowml.spark.wire.Slice;
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
          10,
          Cuts.anywhere(SIZE),
          weights,
          Saves.none(),
          new Listener(),
          () -> now);

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
    }

    @Override
    public boolean profiles() {
      return profiles;
    }

    @Override
    public void profiled(StepProfile profile) {
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

  /** Both nodes report an epoch; subtrees 2 and 3 are theirs. */
  private void report(int epoch) {
    report(first, epoch, 2, 0.5, 0.25);
    report(second, epoch, 3, 1.5, 0.75);
  }

  private void report(LinkEnd link, int epoch, int subtree, double loss, double accuracy) {
    long[][] states = {Mean.of(loss), Mean.of(accuracy)};
    Report.Part part = new Report.Part(subtree, states);
    coordinator.received(link, new Report(0, 10L * epoch, epoch, List.of(part)));
  }

  private Slice slice(int shard, float... values) {
    return new Slice(0, 20, shard, Messages.payload(Bodies.of(pool), values));
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
    Plan plan = Placement.plan(0, 0, members, 3, Cuts.anywhere(SIZE));
    assertThat(first.take()).containsExactly(plan);
    assertThat(second.take()).containsExactly(plan);
  }

  @Test
  void theSlotsOfAnExecutorJoinOneByOne() {
    join(first, "1", 1);
    join(first, "1", 2);

    assertThat(first.take())
        .containsExactly(
            Placement.plan(
                0, 0, List.of(new Member(0, "1", "host-1", 7, 2)), 3, Cuts.anywhere(SIZE)));
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

    assertThat(first.take()).containsExactly(new Begin(0, 0));
    assertThat(second.take()).containsExactly(new Begin(0, 0));
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
  void anEpochIsDecidedWhenAllNodesHaveReported() {
    begin();
    told.clear();

    report(second, 1, 3, 1.5, 0.75);
    report(first, 2, 2, 0.5, 0.25);
    assertThat(first.take()).isEmpty();
    report(first, 1, 2, 0.5, 0.25);

    Decision decision = new Decision(0, 10, 1, false, false, false, false, 1);
    assertThat(first.take()).containsExactly(decision);
    assertThat(second.take()).containsExactly(decision);
    assertThat(told).containsExactly("ended: 1");
  }

  @Test
  void metricsThatGrowTooLargeEndTheTraining() {
    begin();
    report(first, 1, 2, 0.5, 0.25);

    Report.Part part = new Report.Part(3, new long[][] {new long[3], new long[2]});
    coordinator.received(second, new Report(0, 10, 1, List.of(part)));

    assertThat(first.take())
        .containsExactly(new Failure(0, 0, "loss: expects at most 2 numbers, got 3"));
    assertThatThrownBy(() -> coordinator.result().join())
        .hasCauseInstanceOf(TrainingException.class)
        .hasRootCauseMessage("epoch 1: loss: expects at most 2 numbers, got 3");
  }

  private static Profile profile(int node) {
    return new Profile(0, 20, node, 0, new StepProfile(1, 20, Map.of(), List.of()));
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
  void lateJoinersAreSentHome() {
    joinAll();
    first.take();
    LinkEnd late = new LinkEnd();
    LinkEnd restarted = new LinkEnd();

    join(late, "3", 1);
    join(restarted, "2", 1);
    join(first, "1", 2);

    assertThat(late.take()).containsExactly(FINISH);
    assertThat(restarted.take()).containsExactly(FINISH);
    assertThat(first.take()).as("a slot too many of a known executor").isEmpty();
    assertThat(coordinator.result()).isNotDone();
  }

  @Test
  void tooFewSlotsInTimeAreAnErrorThatNamesWhoCame() {
    join(first, "1", 1);

    for (int i = 0; i < 8; i++) {
      later(15_000);
      coordinator.received(first, new Heartbeat(0, 0));
    }
    assertThat(coordinator.result()).isNotDone();
    later(1);

    assertFailed(
        "training expects 2 compute slots within 120 s, got 1 from [executor 1 on host-1:7]; free"
            + " cluster resources, lower cluster.slots or raise cluster.start-timeout");
  }

  @Test
  void noSlotsInTimeAreAnError() {
    later(120_001);

    assertFailed(
        "training expects 2 compute slots within 120 s, got 0; free cluster resources, lower"
            + " cluster.slots or raise cluster.start-timeout");
  }

  @Test
  void aLostConnectionIsFatalAfterSomeSeconds() {
    begin();

    coordinator.closed(second, "reset by peer");
    later(5_000);
    assertThat(coordinator.result()).isNotDone();
    coordinator.closed(second, "once more");
    later(1);

    assertFailed("epoch 1: lost executor 2 on host-2:7: its connection was closed");
    assertThat(first.take())
        .last()
        .isEqualTo(new Failure(0, 0, "lost executor 2 on host-2:7: its connection was closed"));
  }

  @Test
  void theClustersReasonIsPreferredToTheConnections() {
    begin();

    coordinator.closed(second, "reset by peer");
    later(1_000);
    coordinator.executorLost("9", "of no interest");
    coordinator.executorLost("2", "Command exited with code 137");

    assertFailed("epoch 1: lost executor 2 on host-2:7: Command exited with code 137");
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

    assertFailed("epoch 1: lost executor 2 on host-2:7: no sign of life for 21 s");
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
    coordinator.received(first, new Failure(0, 0, "lost the other"));
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
