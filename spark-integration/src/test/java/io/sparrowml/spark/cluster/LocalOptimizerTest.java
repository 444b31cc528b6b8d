package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.optimizer.Clip;
import io.sparrowml.optimizer.Constant;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Segment;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.optimizer.Slots;
import io.sparrowml.optimizer.StepDecay;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.regularizer.None;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Mode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A parameter of two numbers and a statistic of one, which has a place of its own. */
class LocalOptimizerTest {
  private static final int STATISTIC = 16;
  private static final int SIZE = 32;
  private static final Segments SEGMENTS =
      new Segments(
          List.of(
              new Segment.Trained(0, 2, 1, new None()), new Segment.Statistic(STATISTIC, 1, 0.75)));

  private final Arena arena = Arena.root("test", 1 << 20);

  @AfterEach
  void close() {
    arena.closeAll();
  }

  private static TrainingSpec spec(Optimizer optimizer, @Nullable Clip clip, Mode mode) {
    return Specs.of(optimizer, clip, 1, null, null, 2, mode, 1);
  }

  private static Mode.LocalSteps mode(double rate, double momentum) {
    return new Mode.LocalSteps(2, rate, momentum);
  }

  private LocalOptimizer local(Optimizer optimizer, @Nullable Clip clip) {
    return new LocalOptimizer(spec(optimizer, clip, mode(1, 0)), SEGMENTS, 4, SIZE, arena);
  }

  private Tensor vector(double first, double second, double statistic) {
    Tensor vector = Node.vector(arena, SIZE);
    vector.clear();
    vector.floats().put(0, (float) first).put(1, (float) second).put(STATISTIC, (float) statistic);
    return vector;
  }

  private static List<Float> numbers(Tensor vector) {
    float[] all = vector.toFloats();
    return List.of(all[0], all[1], all[STATISTIC]);
  }

  @Test
  void eachRoundBeginsWithTheParametersThatItIsGivenAndAnOptimizerWithoutAPast() {
    LocalOptimizer local = local(new Sgd(new StepDecay(1, 2, 0.5), 0.5, false), null);
    for (int round = 0; round < 2; round++) {
      local.begin(vector(10, 20, 4));
      // means of two samples: 1 and 2; the statistic 4 follows 8
      assertThat(local.step(vector(2, 4, 16), 2, 1, 1)).isNegative();
      assertThat(numbers(local.parameters())).containsExactly(9f, 18f, 5f);
      // velocities 0.5 + 1 and 1 + 2, at half the rate, which is halved in the third step
      assertThat(local.step(vector(2, 4, 16), 2, 3, 0.5)).isNegative();
      assertThat(numbers(local.parameters())).containsExactly(8.625f, 17.25f, 5.75f);
    }
  }

  @Test
  void theNormOfAWorkersGradientIsLimited() {
    LocalOptimizer local = local(new Sgd(1, 0, false), Clip.byNorm(1));
    local.begin(vector(0, 0, 0));
    local.step(vector(6, 8, 0), 1, 1, 1);

    assertThat(numbers(local.parameters())).containsExactly(-0.6f, -0.8f, 0f);
  }

  @Test
  void aGradientThatIsNotFiniteIsTold() {
    LocalOptimizer local = local(new Sgd(1, 0, false), null);
    local.begin(vector(0, 0, 0));

    assertThat(local.step(vector(1, Double.NaN, 0), 1, 1, 1)).isEqualTo(1);
  }

  /** What two workers with one and three samples come to, from (8, 16) and the statistic 4. */
  private List<Float> outer(Mode.LocalSteps mode, Tensor velocity) {
    Tensor from = vector(8, 16, 4);
    Tensor sum = vector(0, 0, 0);
    float[][] ends = {{4, 16, 8}, {8, 8, 4}};
    int[] samples = {1, 3};
    for (int worker = 0; worker < 2; worker++) {
      LocalOptimizer local = local(new Sgd(1, 0, false), null);
      local.begin(from);
      local.parameters().floats().put(0, ends[worker][0]).put(1, ends[worker][1]);
      local.parameters().floats().put(STATISTIC, ends[worker][2]);
      Tensor part = Node.vector(arena, SIZE);
      local.finish(from, samples[worker], part);
      for (int i = 0; i < SIZE; i++) {
        sum.floats().put(i, sum.floats().get(i) + part.floats().get(i));
      }
    }
    ServerUpdate update =
        ServerUpdate.of(spec(new Sgd(new Constant(3), 0, false), null, mode), SEGMENTS, 4);
    Updater updater = update.updater(0, SIZE);
    Slots slots = updater.slots(SIZE);
    if (slots.count() > 0) {
      slots.copyFrom(0, 0, velocity);
    }
    updater.update(from, sum, 4, slots, 1);
    return numbers(from);
  }

  @Test
  void withoutMomentumTheOuterUpdateGoesToTheMeanOfTheWorkersByTheirSamples() {
    assertThat(outer(mode(1, 0), vector(0, 0, 0))).containsExactly(7f, 10f, 5f);
    assertThat(outer(mode(0.5, 0), vector(0, 0, 0))).containsExactly(7.5f, 13f, 5f);
  }

  @Test
  void withMomentumItIsThatOfNesterov() {
    // mean changes 1 and 6; velocities 0.5 2 + 1 and 0.5 4 + 6; steps 0.5 v + g
    assertThat(outer(mode(1, 0.5), vector(2, 4, 0))).containsExactly(6f, 6f, 5f);
  }
}
