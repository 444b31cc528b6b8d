package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Norm;
import io.sparrowml.spark.wire.Push;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The whole protocol, hundreds of times: a seed that fails is named and fails again, alone, through
 * {@code check(seed, UnaryOperator.identity())}.
 */
class SimulatedClusterTest {
  private static final int SEEDS = 500;

  /**
   * One training against the plain loop, on a cluster and with delays that follow from the seed.
   */
  private static void check(long seed, UnaryOperator<Message> echo) {
    SimulatedProblem problem = SimulatedProblem.any(new SplittableRandom(seed));
    String name = "seed %d, %s".formatted(seed, problem);
    SequentialTraining.Outcome outcome;
    try {
      outcome = SimulatedCluster.train(seed, problem, echo);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(name, e);
    }
    assertThat(outcome).as(name).isEqualTo(SequentialTraining.of(problem));
  }

  private static void checkAll(UnaryOperator<Message> echo) {
    for (long seed = 0; seed < SEEDS; seed++) {
      check(seed, echo);
    }
  }

  @Test
  void anyClusterAndAnyOrderOfMessagesGiveTheBitsOfThePlainLoop() {
    checkAll(UnaryOperator.identity());
  }

  @Test
  void countingAPushTwiceWouldBeNoticed() {
    UnaryOperator<Message> asItsSibling =
        message ->
            message instanceof Push push && push.subtree() > 1
                ? new Push(
                    push.generation(),
                    push.step(),
                    push.shard(),
                    push.subtree() ^ 1,
                    push.count(),
                    push.payload())
                : message;

    assertThatThrownBy(() -> checkAll(asItsSibling))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll("seed ", "expected: Outcome");
  }

  @Test
  void countingAPartOfTheNormTwiceWouldBeNoticed() {
    UnaryOperator<Message> asAnotherShards =
        message ->
            message instanceof Norm norm
                ? new Norm(norm.generation(), norm.step(), norm.shard() ^ 1, norm.squares())
                : message;

    assertThatThrownBy(() -> checkAll(asAnotherShards))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed ");
  }

  @Test
  void countingAPushInTheNextStepWouldBeNoticed() {
    UnaryOperator<Message> asTheNextStep =
        message ->
            message instanceof Push push
                ? new Push(
                    push.generation(),
                    push.step() + 1,
                    push.shard(),
                    push.subtree(),
                    push.count(),
                    push.payload())
                : message;

    assertThatThrownBy(() -> checkAll(asTheNextStep))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed ")
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }
}
