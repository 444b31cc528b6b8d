package io.sparrowml.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.config.ConfigException;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final Scores SCORES = new Scores("auc", 1000);

  private final Arena arena = Arena.root("test", 1 << 22);

  @AfterEach
  void closeTheArena() {
    arena.close();
  }

  private Tensor tensor(Shape shape, double... values) {
    return Tensor.allocate(arena, DType.FLOAT32, shape).set(values);
  }

  /** The state of rows of one output. */
  private long[] state(Scores scores, double[] outputs, double[] targets) {
    int n = outputs.length;
    return scores.add(
        new long[0], tensor(Shape.of(n, 1), outputs), tensor(Shape.of(n), targets), n);
  }

  @Test
  void aSumHoldsDistinctScoresInOrderWithTheirCounts() {
    long[] state =
        SCORES.merge(
            state(SCORES, new double[] {1, -2, 0, 1}, new double[] {1, 0, 1, 1}),
            state(SCORES, new double[] {-0.0, 1}, new double[] {1, 0}));

    assertThat(state)
        .containsExactly(
            1, // list
            0, // rows not yet sorted in
            4, // entries
            entry(-2, 1, 0),
            entry(0, 2, 1),
            entry(1, 1, 0),
            entry(1, 2, 1));
  }

  private static long entry(float score, long count, int ofClass) {
    int bits = Float.floatToIntBits(score);
    return (long) (bits < 0 ? bits ^ Integer.MAX_VALUE : bits) << 32 | count << 1 | ofClass;
  }

  @Test
  void aCountOfMoreThan31BitsTakesSeveralEntries() {
    long[] most = {1, 0, 1, entry(3, Integer.MAX_VALUE, 1)};

    long[] twice = SCORES.merge(most.clone(), most.clone());
    long[] more = SCORES.merge(twice, state(SCORES, new double[] {3, 2}, new double[] {1, 0}));

    assertThat(more)
        .containsExactly(
            1,
            0,
            4,
            entry(2, 1, 0),
            entry(3, Integer.MAX_VALUE, 1),
            entry(3, Integer.MAX_VALUE, 1),
            entry(3, 1, 1));
    assertThat(new Auc().result(more)).isEqualTo(1);
    assertThat(new AveragePrecision().result(more)).isEqualTo(1);
  }

  @Test
  void oneStateTakesAnyNumberOfBatches() {
    Random random = new Random(3);
    Scores scores = new Scores("auc", Scores.LIMIT);
    Tensor outputs = Tensor.allocate(arena, DType.FLOAT32, Shape.of(1000, 1));
    Tensor targets = Tensor.allocate(arena, DType.FLOAT32, Shape.of(1000));
    long[] state = {};
    long[] merged = {};
    for (int batch = 0; batch < 40; batch++) {
      for (int i = 0; i < 1000; i++) {
        outputs.floats().put(i, random.nextInt(100_000) / 64f);
        targets.floats().put(i, random.nextInt(2));
      }
      state = scores.add(state, outputs, targets, 1000);
      merged = scores.merge(merged, scores.add(new long[0], outputs, targets, 1000));
    }

    assertThat(scores.merge(new long[0], state)).isEqualTo(merged);
    assertThat(merged.length).isLessThan(40_003);
    assertThat(new Auc().result(state)).isEqualTo(new Auc().result(merged));
  }

  @Test
  void moreScoresThanTheLimitAreRefused() {
    Scores few = new Scores("average-precision", 2);
    long[] two = state(few, new double[] {1, 1, 2}, new double[] {1, 1, 0});
    long[] other = state(few, new double[] {3}, new double[] {0});

    assertThat(few.merge(new long[0], two.clone())).hasSize(5);
    assertThatThrownBy(() -> few.merge(two, other))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "average-precision: expects at most 2 distinct scores, got 3; measure it on fewer"
                + " rows");
  }

  @Test
  void scoresDoNotBecomeEqualWhereProbabilitiesDo() {
    double[] outputs = {40, 50, 60, -800, -900};
    double[] targets = {0, 1, 1, 1, 0};

    assertThat(new Auc().result(state(SCORES, outputs, targets))).isCloseTo(5 / 6.0, within(1e-15));
  }

  @Test
  void twoOutputsAreScoredByTheirDifference() {
    long[] two =
        SCORES.add(
            new long[0],
            tensor(Shape.of(3, 2), 1, 3, 5, 5, 2, -1),
            tensor(Shape.of(3), 1, 1, 0),
            3);

    assertThat(SCORES.merge(new long[0], two))
        .isEqualTo(
            SCORES.merge(
                new long[0], state(SCORES, new double[] {2, 0, -3}, new double[] {1, 1, 0})));
  }

  @Test
  void outputsThatAreNotNumbersHaveNoArea() {
    long[] state = state(SCORES, new double[] {1, Double.NaN, 0}, new double[] {1, 1, 0});

    assertThat(new Auc().result(state)).isNaN();
    assertThat(new AveragePrecision().result(state)).isNaN();
  }
}
