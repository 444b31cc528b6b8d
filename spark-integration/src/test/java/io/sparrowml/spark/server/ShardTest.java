package io.sparrowml.spark.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.optimizer.Clip;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.optimizer.SquaredNorm;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Messages;
import io.sparrowml.spark.wire.Norm;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Compression;
import io.sparrowml.train.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A shard of two parameters that start at 10 and 20, trained by descent with rate 1 over three
 * logical workers: subtrees 4, 5 and 6 are the workers, 2 the first two, 3 the last.
 */
class ShardTest {
  private static final int INDEX = 3;
  private static final int FROM = 48;
  private static final List<ShardPlace> PLACES =
      List.of(
          new ShardPlace(0, 0, ShardPlace.NONE, 0, 16),
          new ShardPlace(0, 1, ShardPlace.NONE, 16, 16),
          new ShardPlace(1, 0, ShardPlace.NONE, 32, 16),
          new ShardPlace(1, 1, ShardPlace.NONE, FROM, 2));

  private final Arena arena = Arena.root("test", 1 << 20);
  private final Pool pool = new Pool(arena.child("messages"), 2 * Float.BYTES);
  private final Tensor front = vector(10, 20);
  private final Tensor back = vector(10, 20);
  private final List<String> sent = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private Shard shard;

  @BeforeEach
  void open() {
    Updater updater = new Updater(new Sgd(1, 0.5, false));
    shard =
        new SyncShard(
            INDEX,
            memory(updater),
            updater,
            new FixedTree(3),
            this::send,
            null,
            new Rounding(new Compression.None(), new Segments(List.of()), 2),
            false);
    shard.regroup(0, PLACES, 1);
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

  private Shard.Memory memory(Updater updater) {
    return new Shard.Memory(front, back, updater.slots(2), vector(0, 0), vector(0, 0));
  }

  /** The parameters: each update leaves them where they were not before. */
  private float[] present() {
    return (shard.step() % 2 == 0 ? front : back).toFloats();
  }

  private void send(int node, Message message) {
    if (message instanceof Norm norm) {
      told.add(node + ": " + Arrays.toString(norm.squares()));
      return;
    }
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
    assertThat(present()).containsExactly(10, 20);

    push(0, 1, 4, 1, 0);

    assertThat(shard.step()).isEqualTo(1);
    assertThat(present()).containsExactly(10 - 2, 20 - 2);
    assertThat(shard.missing()).containsExactly(0, 1, 2);
  }

  @Test
  void whoMeasuresIsToldOfUpdates() {
    List<Phase> phases = new ArrayList<>();
    shard.time(phases::add);
    push(0, 1, 2, 3, 0);
    assertThat(phases).isEmpty();
    push(0, 1, 3, 2, 6);
    assertThat(phases).containsExactly(Phase.REDUCE, Phase.OPTIMIZER);

    openWithLimit();
    shard.time(phases::add);
    push(0, 1, FixedTree.ROOT, 6, 0);
    finish(1);
    assertThat(phases)
        .containsExactly(
            Phase.REDUCE,
            Phase.OPTIMIZER,
            Phase.REDUCE,
            Phase.OPTIMIZER,
            Phase.REDUCE,
            Phase.OPTIMIZER);
  }

  @Test
  void theOptimizersSlotsLastFromStepToStep() {
    push(0, 1, FixedTree.ROOT, 1, 0);
    push(0, 2, FixedTree.ROOT, 1, 0);

    assertThat(shard.step()).isEqualTo(2);
    assertThat(present()).containsExactly(10 - 1 - 1.5f, 20);
  }

  @Test
  void whatComesTwiceCountsOnce() {
    push(0, 1, 2, 3, 3);
    push(0, 1, 2, 3, 3);
    assertThat(shard.missing()).containsExactly(2);

    push(0, 1, 3, 3, 3);

    assertThat(present()).containsExactly(10 - 3, 20 - 3);
  }

  @Test
  void aPartOfWhatCameAlreadyIsDropped() {
    push(0, 1, 2, 3, 3);
    push(0, 1, 5, 100, 100);
    push(0, 1, 6, 3, 3);
    push(0, 1, 3, 100, 100);

    assertThat(shard.step()).isEqualTo(1);
    assertThat(present()).containsExactly(10 - 3, 20 - 3);
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
    assertThat(present()).containsExactly(10, 20);
  }

  @Test
  void aStepAheadOfTheNextIsAnError() {
    Push ahead = pushed(0, 2, 2, 1, 1);

    assertThatThrownBy(() -> shard.push(ahead))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("shard 3: push expects step 1, got 2");
  }

  @Test
  void theMeanIsOverTheSamplesOfThoseWhoHadSome() {
    pushNothing(1, 4);
    pushNothing(1, 5);
    shard.push(new Push(0, 1, INDEX, 3, 4, Messages.payload(Bodies.of(pool), 4, 8)));

    assertThat(present()).containsExactly(10 - 1, 20 - 2);
  }

  @Test
  void aStepWithoutSamplesLeavesParametersAndSlots() {
    push(0, 1, FixedTree.ROOT, 1, 0);
    pushNothing(2, 2);
    pushNothing(2, 3);
    assertThat(shard.step()).isEqualTo(2);
    assertThat(present()).containsExactly(9, 20);

    push(0, 3, FixedTree.ROOT, 1, 0);

    assertThat(present()).containsExactly(9 - 1.5f, 20);
  }

  @Test
  void theParametersOfThePresentStepAreAnsweredAtOnce() {
    shard.sendFrom(2, 0);

    assertThat(sent).containsExactly("to 2: [slice, 0, 0, 3, [10.0, 20.0]]");
  }

  @Test
  void whoAsksForTheNextStepIsAnsweredWithTheUpdateAndAllThatFollow() {
    shard.sendFrom(2, 1);
    shard.sendFrom(3, 2);
    shard.sendFrom(2, 1);
    assertThat(sent).isEmpty();

    push(0, 1, FixedTree.ROOT, 1, 2);
    assertThat(sent).containsExactly("to 2: [slice, 0, 1, 3, [9.0, 18.0]]");

    pushNothing(2, FixedTree.ROOT);
    assertThat(sent)
        .hasSize(3)
        .endsWith("to 2: [slice, 0, 2, 3, [9.0, 18.0]]", "to 3: [slice, 0, 2, 3, [9.0, 18.0]]");
  }

  @Test
  void whoAsksForAStepGoneByIsNotAnswered() {
    push(0, 1, FixedTree.ROOT, 1, 2);

    shard.sendFrom(2, 0);

    assertThat(sent).isEmpty();
  }

  @Test
  void aGradientThatIsNotFiniteIsNamedByItsPlaceInTheFlatVector() {
    shard.sendFrom(2, 1);
    Push bad = pushed(0, 1, 3, 0, Float.NaN);
    push(0, 1, 2, 1, 1);

    NonFiniteGradientException error =
        catchThrowableOfType(NonFiniteGradientException.class, () -> shard.push(bad));

    assertThat(error).hasMessage("step 1: the gradient of parameter number 49 is not finite");
    assertThat(error.index()).isEqualTo(FROM + 1);
    assertThat(error.step()).isEqualTo(1);
    assertThat(present()).containsExactly(10, 20);
    assertThat(sent).isEmpty();
  }

  @Test
  void theBestParametersComeBack() {
    push(0, 1, FixedTree.ROOT, 1, 2);
    shard.keep();
    push(0, 2, FixedTree.ROOT, 1, 2);

    shard.restore();
    shard.sendFrom(-1, 2);

    assertThat(sent).containsExactly("to -1: [slice, 0, 2, 3, [9.0, 18.0]]");
  }

  @Test
  void theRateFactorHoldsFromTheNextUpdateOn() {
    push(0, 1, FixedTree.ROOT, 1, 2);
    shard.scaleRate(0.25);
    assertThat(present()).containsExactly(9, 18);

    push(0, 2, FixedTree.ROOT, 1, 2);

    assertThat(present()).containsExactly(9 - 1.5f / 4, 18 - 3f / 4);
  }

  /** A shard whose gradient's norm is at most 5, over all shards. */
  private void openWithLimit() {
    open(Clip.byNorm(5), false);
  }

  private void open(@Nullable Clip clip, boolean skips) {
    Optimizer descent = new Sgd(1, 0, false);
    Updater updater = new Updater(descent, descent.learningRate(), clip, null);
    shard =
        new SyncShard(
            INDEX,
            memory(updater),
            updater,
            new FixedTree(3),
            this::send,
            null,
            new Rounding(new Compression.None(), new Segments(List.of()), 2),
            skips);
    shard.regroup(0, PLACES, 1);
  }

  /** What another shard tells whose part of the gradient is one number. */
  private static Norm part(long step, int of, float gradient) {
    SquaredNorm norm = new SquaredNorm();
    norm.add(new float[] {gradient}, 1);
    return new Norm(0, step, of, norm.digits());
  }

  @Test
  void whereStepsAreSkippedNoShardUpdatesBeforeAllSayThatTheyCan() {
    open(null, true);
    push(0, 1, FixedTree.ROOT, 1, 2);
    assertThat(told).hasSize(2);
    shard.norm(part(1, 0, 0));
    shard.norm(part(1, 1, 0));
    assertThat(shard.step()).isZero();
    shard.norm(part(1, 2, 1e30f));

    assertThat(shard.step()).isEqualTo(1);
    assertThat(present()).containsExactly(9, 18);
  }

  @Test
  void whereOneShardCannotUpdateNoneDoes() {
    open(null, true);
    push(0, 1, FixedTree.ROOT, 1, 2);
    shard.norm(part(1, 0, 0));
    shard.norm(new Norm(0, 1, 1, new long[] {17}));
    shard.norm(part(1, 2, 0));

    assertThat(shard.step()).isEqualTo(1);
    assertThat(present()).containsExactly(10, 20);
    push(0, 2, FixedTree.ROOT, 1, 2);
    for (int other = 0; other < 3; other++) {
      shard.norm(part(2, other, 0));
    }
    assertThat(present()).as("the next step").containsExactly(9, 18);
  }

  @Test
  void aShardThatCannotUpdateSaysWhere() {
    open(null, true);
    push(0, 1, FixedTree.ROOT, 1, Float.NaN);

    assertThat(told).containsExactly("0: [" + (FROM + 1) + "]", "1: [" + (FROM + 1) + "]");
    shard.close();
  }

  @Test
  void theUpdateWaitsForAllPartsOfTheNorm() {
    openWithLimit();
    shard.norm(part(1, 1, 0));
    push(0, 1, FixedTree.ROOT, 6, 0);
    assertThat(shard.step()).isZero();
    assertThat(shard.missing()).isEmpty();
    assertThat(shard.missingNorms()).containsExactly(0, 2);

    shard.norm(part(1, 0, 0));
    assertThat(shard.step()).isZero();
    shard.norm(part(1, 2, 8));

    assertThat(shard.step()).isEqualTo(1);
    assertThat(present()).containsExactly(10 - 3, 20);
    assertThat(shard.missing()).containsExactly(0, 1, 2);
    assertThat(shard.missingNorms()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void theUpdateComesWithTheGradientWhereAllPartsAreThereBefore() {
    openWithLimit();
    for (int other = 0; other < INDEX; other++) {
      shard.norm(part(1, other, 0));
    }

    push(0, 1, FixedTree.ROOT, 3, 4);

    assertThat(present()).containsExactly(7, 16);
  }

  @Test
  void itsOwnPartGoesToEachNodeOnce() {
    openWithLimit();

    push(0, 1, FixedTree.ROOT, 6, 8);

    SquaredNorm own = new SquaredNorm();
    own.add(new float[] {6, 8}, 2);
    assertThat(told)
        .containsExactly(
            "0: " + Arrays.toString(own.digits()), "1: " + Arrays.toString(own.digits()));
    assertThat(own.norm()).isEqualTo(10);
    shard.norm(new Norm(0, 1, INDEX, own.digits())); // comes back from its own node
    assertThat(shard.missingNorms()).containsExactly(0, 1, 2);
    finish(1);
  }

  private void finish(long step) {
    for (int other = 0; other < INDEX; other++) {
      shard.norm(part(step, other, 0));
    }
    assertThat(shard.step()).isEqualTo(step);
  }

  @Test
  void partsThatComeTwiceOrLateOrOfOtherGenerationsAreDropped() {
    openWithLimit();
    shard.norm(part(1, 1, 8));
    shard.norm(part(1, 1, 8));
    shard.norm(new Norm(1, 1, 2, part(1, 2, 100).squares()));
    push(0, 1, FixedTree.ROOT, 6, 0);
    push(0, 1, 2, 100, 100);
    shard.norm(part(1, 0, 0));
    shard.norm(part(1, 2, 0));
    assertThat(present()).containsExactly(7, 20);

    shard.norm(part(1, 2, 100));

    assertThat(shard.missingNorms()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void aPartOfAStepAheadOfTheNextIsAnError() {
    openWithLimit();

    assertThatThrownBy(() -> shard.norm(part(2, 1, 0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("shard 3: norm expects step 1, got 2");
  }

  @Test
  void aStepWithoutSamplesHasNoNorm() {
    openWithLimit();

    pushNothing(1, FixedTree.ROOT);

    assertThat(shard.step()).isEqualTo(1);
    assertThat(told).isEmpty();
  }

  @Test
  void aGradientThatIsNotFiniteIsNamedBeforeItsNormIsTold() {
    openWithLimit();
    Push bad = pushed(0, 1, FixedTree.ROOT, Float.POSITIVE_INFINITY, 0);

    assertThatThrownBy(() -> shard.push(bad))
        .isInstanceOf(NonFiniteGradientException.class)
        .hasMessage("step 1: the gradient of parameter number 48 is not finite");
    assertThat(told).isEmpty();
  }
}
