package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.optimizer.Segment;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.regularizer.None;
import io.sparrowml.spark.server.AsyncShard;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Held;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.spark.wire.State;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Mode;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node stands by for the only shard, which is copied to it anew: the other has gone on. */
class HoldingsTest {
  private static final int SIZE = 16;
  private static final int SERVING = 0;
  private static final int HERE = 1;
  private static final long[] NONE = {};

  private final Arena arena = Arena.root("test", 1 << 20);
  private final Holdings holdings = new Holdings(factory(), SIZE, arena, (to, what) -> {}, ones());

  @AfterEach
  void close() {
    holdings.close();
    arena.closeAll();
  }

  private static ShardFactory factory() {
    TrainingSpec spec =
        Specs.of(new Sgd(0.1, 0.9, false), null, 1, null, null, 2, new Mode.Async(), 2);
    return new ShardFactory(
        spec,
        new Segments(List.of(new Segment.Trained(0, SIZE, 1, new None()))),
        new Rounds(10, 1));
  }

  private static Origin ones() {
    return new Origin() {
      @Override
      public void parameters(long step, Tensor into) {
        into.set(all(1));
      }

      @Override
      public void shard(long step, ShardPlace place, Shard into) {
        throw new UnsupportedOperationException("training begins at step 0");
      }
    };
  }

  private static double[] all(double number) {
    double[] numbers = new double[SIZE];
    Arrays.fill(numbers, number);
    return numbers;
  }

  /** A plan in which one node serves the shard and another stands by, or none. */
  private void plan(int generation, int source, int serves, int standby) {
    List<Member> members =
        List.of(
            new Member(SERVING, "a", "host", 1, 1), //
            new Member(HERE, "b", "host", 2, 1));
    ShardPlace place = new ShardPlace(serves, 0, standby, 0, SIZE);
    holdings.plan(
        new Plan(
            generation,
            0,
            members.subList(Math.min(serves, HERE), 2),
            new int[] {serves, HERE},
            List.of(place),
            new int[] {source},
            List.of()),
        HERE);
  }

  /** The shard that serves, with a step of its first worker in it, has sent its parameters. */
  @BeforeEach
  void aCopyIsOnItsWay() {
    plan(0, ShardPlace.NONE, SERVING, HERE);
    plan(1, SERVING, SERVING, HERE);
    holdings.receive(new Held(1, 0, 0, NONE, new long[][] {{0, 0}, {0, 0}}, new long[] {1, 0}));
    part(0, 5);
  }

  private void part(int part, double number) {
    Tensor numbers = Node.vector(arena.child("message"), SIZE).set(all(number));
    holdings.receive(new State(1, 0, 0, State.OWN + part, Payload.borrowed(numbers)));
  }

  private AsyncShard shard() {
    return (AsyncShard) Objects.requireNonNull(holdings.shard(0));
  }

  @Test
  void theShardThatWasHereGoesOnWhenTheOtherIsLostOnItsWay() {
    assertThat(holdings.complete()).isFalse();

    plan(2, HERE, HERE, ShardPlace.NONE);

    assertThat(holdings.complete()).isTrue();
    assertThat(shard().held(2).clocks()).containsExactly(0, 0);
    assertThat(shard().parameters().toDoubles()).isEqualTo(all(1));
  }

  @Test
  void theOtherOneTakesItsPlaceWhenAllOfItIsHere() {
    part(1, 7);

    assertThat(holdings.complete()).isTrue();
    assertThat(shard().held(2).clocks()).containsExactly(1, 0);
    assertThat(shard().parameters().toDoubles()).isEqualTo(all(5));
    Tensor slot = Node.vector(arena.child("slot"), SIZE);
    shard().memory().slots().copyTo(0, slot);
    assertThat(slot.toDoubles()).isEqualTo(all(7));
    assertThat(holdings.vectors().even().toDoubles()).as("the node's").isEqualTo(all(5));
  }
}
