package io.sparrowml.spark.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.optimizer.Slots;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Held;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Messages;
import io.sparrowml.spark.wire.Pull;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A shard of two parameters that start at 10 and 20, trained by descent with rate 2 by two logical
 * workers, so with rate 1 by each; subtrees 2 and 3 are the workers, who may be two steps apart.
 * Epochs have four steps.
 */
class AsyncShardTest {
  private static final int FIRST = 2;
  private static final int SECOND = 3;

  private final Arena arena = Arena.root("test", 1 << 20);
  private final Pool pool = new Pool(arena.child("messages"), 2 * Float.BYTES);
  private final Tensor parameters = vector(10, 20);
  private final List<String> sent = new ArrayList<>();
  private AsyncShard shard;

  @BeforeEach
  void open() {
    shard = shard(ShardPlace.NONE);
  }

  private AsyncShard shard(int standby) {
    AsyncShard made =
        new AsyncShard(
            0,
            new Shard.Memory(parameters, parameters, Slots.none(), null, null),
            new Updater(new Sgd(2, 0, false)),
            new FixedTree(2),
            this::send,
            null,
            2,
            4);
    made.regroup(0, List.of(new ShardPlace(0, 0, standby, 0, 2)), 0);
    made.begin(0, 0, 1);
    return made;
  }

  @AfterEach
  void close() {
    shard.close();
    assertThat(pool.outstanding()).as("payloads that were not released").isZero();
    arena.closeAll();
  }

  private Tensor vector(double... values) {
    Shape shape = Shape.of(values.length);
    return new Tensor(DType.FLOAT32, shape, arena.allocate(shape.size() * Float.BYTES)).set(values);
  }

  private void send(int node, Message message) {
    sent.add("to " + node + ": " + Messages.comparable(message));
    message.release();
  }

  private void push(long step, int subtree, float first, float second) {
    shard.push(new Push(0, step, 0, subtree, 1, Messages.payload(Bodies.of(pool), first, second)));
  }

  private void pull(long step, int subtree) {
    shard.pull(7, new Pull(0, step, 0, subtree));
  }

  @Test
  void anUpdateComesWithEachGradient() {
    push(1, FIRST, 1, 2);
    assertThat(parameters.toFloats()).containsExactly(9, 18);
    assertThat(shard.step()).isZero();

    push(1, SECOND, 3, 4);
    assertThat(parameters.toFloats()).containsExactly(6, 14);
    assertThat(shard.step()).isEqualTo(1);
  }

  @Test
  void aStepOfAWorkerCountsOnce() {
    push(1, FIRST, 1, 2);
    push(1, FIRST, 1, 2);

    assertThat(parameters.toFloats()).containsExactly(9, 18);
  }

  @Test
  void aStepWithoutSamplesIsAStep() {
    shard.push(new Push(0, 1, 0, FIRST, 0, null));
    shard.push(new Push(0, 1, 0, SECOND, 0, null));

    assertThat(shard.step()).isEqualTo(1);
    assertThat(parameters.toFloats()).containsExactly(10, 20);
  }

  @Test
  void aWorkerGetsParametersWithItsOwnGradientAndWaitsForTheSlowest() {
    pull(1, FIRST);
    assertThat(sent).as("its own gradient is missing").isEmpty();
    push(1, FIRST, 1, 2);
    assertThat(sent).hasSize(1).first().isEqualTo("to 7: [slice, 0, 1, 0, [9.0, 18.0]]");
    push(2, FIRST, 0, 0);
    pull(2, FIRST);
    assertThat(sent).as("two steps ahead").hasSize(2);
    push(3, FIRST, 0, 0);
    pull(3, FIRST);
    assertThat(sent).as("three steps ahead").hasSize(2);

    push(1, SECOND, 0, 0);
    assertThat(sent).hasSize(3);
  }

  @Test
  void whoIsFurtherAheadThanTheBoundIsAnError() {
    push(1, FIRST, 0, 0);
    push(2, FIRST, 0, 0);
    push(3, FIRST, 0, 0);

    assertThatThrownBy(() -> push(4, FIRST, 0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "shard 0: worker 0 expects to push step 4, at most 2 steps ahead of the slowest, got step"
                + " 4, 3 steps ahead");
    assertThatThrownBy(() -> push(2, SECOND, 0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("worker 1 expects to push step 1,");
  }

  @Test
  void theNodeGetsParametersThatHaveAllStepsOfAllWorkers() {
    pull(1, 0);
    push(1, FIRST, 1, 1);
    assertThat(sent).isEmpty();
    push(1, SECOND, 1, 1);

    assertThat(sent).hasSize(1).first().isEqualTo("to 7: [slice, 0, 1, 0, [8.0, 18.0]]");
  }

  @Test
  void theNextEpochWaitsUntilItHasBegunHere() {
    for (int step = 1; step <= 4; step++) {
      push(step, FIRST, 0, 0);
      push(step, SECOND, 0, 0);
    }
    push(5, FIRST, 1, 1);
    assertThat(parameters.toFloats()).containsExactly(10, 20);

    shard.goOn(1);
    assertThat(parameters.toFloats()).containsExactly(9, 19);
  }

  @Test
  void aStandbyGetsTheSameInTheSameOrder() {
    shard = shard(5);
    push(1, SECOND, 3, 4);
    push(1, FIRST, 1, 2);

    assertThat(sent)
        .containsExactly(
            "to 5: [push, 0, 1, 0, 3, 1, [3.0, 4.0]]", "to 5: [push, 0, 1, 0, 2, 1, [1.0, 2.0]]");
  }

  @Test
  void anotherOneGoesOnWithTheClocks() {
    push(1, FIRST, 1, 2);
    Held held = shard.held(1);
    assertThat(held.clocks()).containsExactly(1, 0);

    AsyncShard other = shard(ShardPlace.NONE);
    other.resume(held);
    shard = other;
    push(1, FIRST, 1, 2);
    assertThat(parameters.toFloats()).as("it has that step").containsExactly(9, 18);
  }
}
