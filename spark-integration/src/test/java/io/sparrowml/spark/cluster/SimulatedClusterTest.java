package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.spark.cluster.SimulatedNetwork.Tampering;
import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Norm;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Push;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The whole protocol, thousands of times: a seed that fails is named and fails again, alone, with
 * {@code -Dsparrow.seed=SEED -Dsparrow.seeds=1}.
 */
class SimulatedClusterTest {
  private static final int FEW = 500;
  private static final int FAULTS = 6;

  /**
   * One training against the plain loop, on a cluster, with delays and with faults that follow from
   * the seed.
   */
  private static void check(long seed, Tampering tampering, int faults) {
    SimulatedProblem problem = SimulatedProblem.any(new SplittableRandom(seed));
    try {
      SimulatedCluster.check(seed, problem, tampering, faults);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed %d, %s".formatted(seed, problem), e);
    }
  }

  private static void checkAll(Tampering tampering, int faults) {
    for (long seed = 0; seed < FEW; seed++) {
      check(seed, tampering, faults);
    }
  }

  private static void checkAll(UnaryOperator<Message> echo) {
    checkAll(Tampering.ofEchoes(echo), 0);
  }

  @Test
  void anyClusterAndAnyOrderOfMessagesGiveTheBitsOfThePlainLoop() {
    checkAll(Tampering.NONE, 0);
  }

  @Test
  void whateverIsLostTheBitsAreThoseOfThePlainLoop() {
    checkAll(Tampering.NONE, FAULTS / 2);
  }

  @Test
  @Tag("slow")
  void whateverIsLostTheBitsAreThoseOfThePlainLoopThousandsOfTimes() {
    long first = Long.getLong("sparrow.seed", 0);
    LongStream.range(first, first + Long.getLong("sparrow.seeds", 20_000))
        .parallel()
        .forEach(seed -> check(seed, Tampering.NONE, (int) (seed % (FAULTS + 1))));
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
        .hasMessageContaining("seed ")
        .rootCause()
        .hasMessageContaining("expected: Outcome");
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
        .hasMessageContaining("seed ");
  }

  @Test
  void aStandbyThatIsAStepBehindWouldBeNoticed() {
    Map<Integer, float[]> before = new HashMap<>();
    UnaryOperator<Message> withTheGradientBefore =
        message -> {
          if (message instanceof Push push
              && push.subtree() == FixedTree.ROOT // to a standby: no node sends it to another
              && push.payload() != null) {
            Payload payload = push.payload();
            float[] present = payload.values().toFloats();
            float[] last = before.put(push.shard(), present);
            if (last != null && last.length == present.length) {
              payload.values().floats().put(last);
            }
          }
          return message;
        };

    assertThatThrownBy(
            () -> checkAll(new Tampering(withTheGradientBefore, UnaryOperator.identity()), 0))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed ")
        .rootCause()
        .hasMessageContaining("expected: Outcome");
  }
}
