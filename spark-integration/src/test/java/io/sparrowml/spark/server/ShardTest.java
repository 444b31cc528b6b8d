package io.sparrowml.spark.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Messages;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A shard of two parameters that start at 10 and 20, trained by descent with rate 1 over three
 * logical workers: subtrees 4, 5 and 6 are the workers, 2 the first two, 3 the last.
 */
class ShardTest {
  private static final int INDEX = 5;
  private static final int FROM = 48;

  private final Arena arena = Arena.root("test", 1 << 20);
  private final Pool pool = new Pool(arena.child("messages"), 2 * Float.BYTES);
  private final Tensor parameters = vector(10, 20);
  private final List<String> sent = new ArrayList<>();
  private Shard shard;

  @BeforeEach
  void open() {
    shard =
        new Shard(
            INDEX,
            FROM,
            parameters,
            List.of(vector(0, 0)),
            vector(0, 0),
            new Sgd(1, 0.5, false),
            new FixedTree(3),
            this::send);
  }

  @AfterEach
  void close() {
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

  private void push(int generation, long step, int subtree, float first, float second) {
    shard.push(pushed(generation, step, subtree, first, second));
  }

  private Push pushed(int generation, long step, int subtree, float first, float second) {
    return new Push(
        generation, step, INDEX, subtree, 1, Messages.payload(Bodies.of(pool), first, second));
  }

  private void pushNothing(long step, int subtree) {
    shard.push(new Push(0, step, INDEX, subtree, 0, null));
  }

  @Test
  void theUpdateComesWithTheLastWorker() {
    push(0, 1, 3, 3, 0);
    push(0, 1, 5, 2, 6);
    assertThat(shard.missing()).containsExactly(0);
    assertThat(shard.step()).isZero();
    assertThat(parameters.toFloats()).containsExactly(10, 20);

    push(0, 1, 4, 1, 0);

    assertThat(shard.step()).isEqualTo(1);
    assertThat(parameters.toFloats()).containsExactly(10 - 2, 20 - 2);
    assertThat(shard.missing()).containsExactly(0, 1, 2);
  }

  @Test
  void theOptimizersSlotsLastFromStepToStep() {
    push(0, 1, FixedTree.ROOT, 1, 0);
    push(0, 2, FixedTree.ROOT, 1, 0);

    assertThat(shard.step()).isEqualTo(2);
    assertThat(parameters.toFloats()).containsExactly(10 - 1 - 1.5f, 20);
  }

  @Test
  void whatComesTwiceCountsOnce() {
    push(0, 1, 2, 3, 3);
    push(0, 1, 2, 3, 3);
    assertThat(shard.missing()).containsExactly(2);

    push(0, 1, 3, 3, 3);

    assertThat(parameters.toFloats()).containsExactly(10 - 3, 20 - 3);
  }

  @Test
  void aPartOfWhatCameAlreadyIsDropped() {
    push(0, 1, 2, 3, 3);
    push(0, 1, 5, 100, 100);
    push(0, 1, 6, 3, 3);
    push(0, 1, 3, 100, 100);

    assertThat(shard.step()).isEqualTo(1);
    assertThat(parameters.toFloats()).containsExactly(10 - 3, 20 - 3);
  }

  @Test
  void stepsGoneByAndOtherGenerationsAndUnknownSubtreesAreDropped() {
    push(0, 1, FixedTree.ROOT, 0, 0);

    push(0, 1, 2, 100, 100);
    push(0, 0, 2, 100, 100);
    push(-1, 2, 2, 100, 100);
    push(1, 2, 2, 100, 100);
    push(0, 2, 7, 100, 100);
    push(0, 2, 0, 100, 100);

    assertThat(shard.missing()).containsExactly(0, 1, 2);
    assertThat(parameters.toFloats()).containsExactly(10, 20);
  }

  @Test
  void aStepAheadOfTheNextIsAnError() {
    Push ahead = pushed(0, 2, 2, 1, 1);

    assertThatThrownBy(() -> shard.push(ahead))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("shard 5: push expects step 1, got 2");
  }

  @Test
  void theMeanIsOverTheSamplesOfThoseWhoHadSome() {
    pushNothing(1, 4);
    pushNothing(1, 5);
    shard.push(new Push(0, 1, INDEX, 3, 4, Messages.payload(Bodies.of(pool), 4, 8)));

    assertThat(parameters.toFloats()).containsExactly(10 - 1, 20 - 2);
  }

  @Test
  void aStepWithoutSamplesLeavesParametersAndSlots() {
    push(0, 1, FixedTree.ROOT, 1, 0);
    pushNothing(2, 2);
    pushNothing(2, 3);
    assertThat(shard.step()).isEqualTo(2);
    assertThat(parameters.toFloats()).containsExactly(9, 20);

    push(0, 3, FixedTree.ROOT, 1, 0);

    assertThat(parameters.toFloats()).containsExactly(9 - 1.5f, 20);
  }

  @Test
  void theParametersOfThePresentStepAreAnsweredAtOnce() {
    shard.pull(2, 0);

    assertThat(sent).containsExactly("to 2: [slice, 0, 0, 5, [10.0, 20.0]]");
  }

  @Test
  void whoAsksForTheNextStepIsAnsweredWithTheUpdate() {
    shard.pull(2, 1);
    shard.pull(3, 1);
    shard.pull(2, 2);
    assertThat(sent).isEmpty();

    push(0, 1, FixedTree.ROOT, 1, 2);
    assertThat(sent)
        .containsExactly(
            "to 2: [slice, 0, 1, 5, [9.0, 18.0]]", "to 3: [slice, 0, 1, 5, [9.0, 18.0]]");

    pushNothing(2, FixedTree.ROOT);
    assertThat(sent).hasSize(3).last().isEqualTo("to 2: [slice, 0, 2, 5, [9.0, 18.0]]");
  }

  @Test
  void whoAsksForAStepGoneByIsNotAnswered() {
    push(0, 1, FixedTree.ROOT, 1, 2);

    shard.pull(2, 0);

    assertThat(sent).isEmpty();
  }

  @Test
  void aGradientThatIsNotFiniteIsNamedByItsPlaceInTheFlatVector() {
    shard.pull(2, 1);
    Push bad = pushed(0, 1, 3, 0, Float.NaN);
    push(0, 1, 2, 1, 1);

    NonFiniteGradientException error =
        catchThrowableOfType(NonFiniteGradientException.class, () -> shard.push(bad));

    assertThat(error).hasMessage("step 1: the gradient of parameter number 49 is not finite");
    assertThat(error.index()).isEqualTo(FROM + 1);
    assertThat(error.step()).isEqualTo(1);
    assertThat(parameters.toFloats()).containsExactly(10, 20);
    assertThat(sent).isEmpty();
  }

  @Test
  void theBestParametersComeBack() {
    push(0, 1, FixedTree.ROOT, 1, 2);
    shard.keep();
    push(0, 2, FixedTree.ROOT, 1, 2);

    shard.restore();
    shard.pull(-1, 2);

    assertThat(sent).containsExactly("to -1: [slice, 0, 2, 5, [9.0, 18.0]]");
  }
}
