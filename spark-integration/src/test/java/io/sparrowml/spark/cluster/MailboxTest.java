package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.train.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration TINY = Duration.ofMillis(1);

  private final Mailbox mailbox = new Mailbox();
  private final List<Integer> done = new ArrayList<>();

  /**
   * True when asked the fifth time, and until then a sign of life of the driver comes each time.
   */
  private boolean afterHeartbeats() {
    mailbox.heartbeat();
    done.add(done.size());
    return done.size() == 5;
  }

  @Test
  void whoMeasuresIsToldOfWaitingAndOfWork() throws Exception {
    List<Phase> phases = new ArrayList<>();
    mailbox.time(phases::add);
    mailbox.post(() -> done.add(1));
    mailbox.post(() -> done.add(2));

    mailbox.until(() -> done.size() == 2, LONG, () -> "work");

    assertThat(phases).containsExactly(Phase.WAIT, Phase.REDUCE, Phase.WAIT, Phase.REDUCE);
  }

  @Test
  void workIsDoneInItsOrderAndOnlyUntilItIsEnough() throws Exception {
    for (int i = 0; i < 5; i++) {
      int number = i;
      mailbox.post(() -> done.add(number));
    }

    mailbox.until(() -> done.size() == 3, LONG, () -> "work");
    assertThat(done).containsExactly(0, 1, 2);

    mailbox.until(() -> done.size() == 5, LONG, () -> "work");
    assertThat(done).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void whatIsTrueAlreadyIsNotWaitedFor() throws Exception {
    mailbox.post(() -> done.add(1));

    mailbox.until(() -> true, Duration.ZERO, () -> "work");

    assertThat(done).isEmpty();
  }

  @Test
  void workOfAnotherThreadWakesTheOneThatWaits() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      other.execute(() -> mailbox.post(() -> done.add(1)));

      mailbox.until(() -> !done.isEmpty(), LONG, () -> "work");

      assertThat(done).containsExactly(1);
    } finally {
      other.shutdown();
    }
  }

  @Test
  void afterAWakeTheConditionIsLookedAtAgain() throws Exception {
    mailbox.wake();

    mailbox.until(
        () -> {
          done.add(done.size());
          return done.size() == 2;
        },
        LONG,
        () -> "a second look");

    assertThat(done).hasSize(2);
  }

  @Test
  void theDeadlinesErrorSaysWhatIsMissing() {
    assertThatThrownBy(() -> mailbox.until(() -> false, TINY, () -> "step 7: nobody"))
        .isInstanceOf(TrainingException.class)
        .hasMessage("waited 0 s for step 7: nobody; if it is only slow, raise cluster.deadline");
  }

  @Test
  void aLivingDriverKeepsThoseWaitingWhoWaitForIt() throws Exception {
    mailbox.untilAnswered(this::afterHeartbeats, TINY, () -> "the driver");

    assertThat(done).hasSize(5);
  }

  @Test
  void aLivingDriverDoesNotKeepThoseWaitingWhoWaitForOthers() throws Exception {
    mailbox.untilAnswered(() -> true, TINY, () -> "the driver");

    assertThatThrownBy(() -> mailbox.until(this::afterHeartbeats, TINY, () -> "the others"))
        .isInstanceOf(TrainingException.class)
        .hasMessage("waited 0 s for the others; if it is only slow, raise cluster.deadline");
  }
}
