package io.sparrowml.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.memory.Arena;
import io.sparrowml.regularizer.L2;
import io.sparrowml.regularizer.MaxNorm;
import io.sparrowml.regularizer.None;
import io.sparrowml.regularizer.Regularizer;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpdaterTest {
  private final Arena arena = Arena.root("test", 1 << 28);

  @AfterEach
  void close() {
    arena.close();
  }

  private Tensor vector(double... values) {
    Tensor tensor =
        new Tensor(DType.FLOAT32, Shape.of(values.length), arena.allocate(values.length * 4L));
    return tensor.set(values);
  }

  @Test
  void descentMovesAgainstTheMeanGradient() {
    Tensor x = vector(1, -2);

    new Updater(new Sgd(0.1, 0, false)).update(x, vector(4, -8), 4, Slots.none(), 1);

    assertThat(x.toFloats()).containsExactly(0.9f, -1.8f);
  }

  @Test
  void momentumSumsAGeometricSeriesOfGradients() {
    Tensor x = vector(0);
    Updater updater = new Updater(new Sgd(1, 0.5, false));
    Slots slots = updater.slots(1);

    for (int step = 1; step <= 3; step++) {
      updater.update(x, vector(1), 1, slots, step);
    }

    assertThat(x.toFloats()[0]).isEqualTo(-(1 + 1.5f + 1.75f));
  }

  @Test
  void nesterovLooksOneVelocityAhead() {
    Tensor x = vector(0);
    Updater updater = new Updater(new Sgd(1, 0.5, true));
    Slots slots = updater.slots(1);

    for (int step = 1; step <= 2; step++) {
      updater.update(x, vector(1), 1, slots, step);
    }

    assertThat(x.toFloats()[0]).isEqualTo(-((1 + 0.5f) + (1 + 0.75f)));
  }

  @Test
  void adamFollowsThePaperInDoublePrecision() {
    int n = 5000;
    RandomKey key = RandomKey.of(3);
    double[] expected = new double[n];
    double[] m = new double[n];
    double[] v = new double[n];
    Tensor x = vector(new double[n]);
    Updater updater = new Updater(new Adam(0.01));
    Slots slots = updater.slots(n);
    for (int step = 1; step <= 10; step++) {
      double[] g = new double[n];
      for (int i = 0; i < n; i++) {
        g[i] = key.with(step).normal(i);
        m[i] = 0.9 * m[i] + 0.1 * g[i];
        v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
        double meanHat = m[i] / (1 - Math.pow(0.9, step));
        double squareHat = v[i] / (1 - Math.pow(0.999, step));
        expected[i] -= 0.01 * meanHat / (Math.sqrt(squareHat) + 1e-8);
      }
      updater.update(x, vector(g), 1, slots, step);
    }

    double[] actual = x.toDoubles();
    for (int i = 0; i < n; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void anUpdateDoesNotDependOnHowTheParametersAreCut() {
    int n = 7001;
    double[] values = new double[n];
    double[] gradients = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = RandomKey.of(1).normal(i);
      gradients[i] = RandomKey.of(2).normal(i);
    }
    Tensor whole = vector(values);
    Tensor cut = vector(values);
    Tensor g = vector(gradients);
    Updater updater = new Updater(new Adam(0.01));

    updater.update(whole, g, 3, updater.slots(n), 1);
    for (int from = 0; from < n; from += 1999) {
      int length = Math.min(1999, n - from);
      updater.update(cut.slice(from, length), g.slice(from, length), 3, updater.slots(length), 1);
    }

    assertThat(cut.toFloats()).containsExactly(whole.toFloats());
  }

  @Test
  void theFirstGradientThatIsNotFiniteIsNamed() {
    double[] gradients = new double[5000];
    gradients[4321] = Double.POSITIVE_INFINITY;
    gradients[4567] = Double.NaN;

    int bad =
        new Updater(new Sgd(1, 0, false))
            .update(vector(new double[5000]), vector(gradients), 1, Slots.none(), 1);

    assertThat(bad).isEqualTo(4321);
  }

  /** Ten numbers of one parameter at 0, three of a statistic at 16, six of another at 32. */
  private static Segments segments(Regularizer first, Regularizer last) {
    return new Segments(
        List.of(
            new Segment.Trained(0, 10, 5, first),
            new Segment.Statistic(16, 3, 0.75),
            new Segment.Trained(32, 6, 2, last)));
  }

  private static Updater descent(@Nullable Clip clip, Segments segments) {
    return new Updater(new Sgd(1, 0, false), new Constant(1), clip, segments);
  }

  private Tensor filled(int length, double value) {
    double[] values = new double[length];
    Arrays.fill(values, value);
    return vector(values);
  }

  private static float[] range(Tensor tensor, int from, int end) {
    return Arrays.copyOfRange(tensor.toFloats(), from, end);
  }

  @Test
  void numbersBetweenSegmentsAreLeftAlone() {
    Tensor x = filled(40, 1);

    descent(null, segments(new None(), new None())).update(x, filled(40, 0.5), 1, Slots.none(), 1);

    assertThat(range(x, 0, 10)).containsOnly(0.5f);
    assertThat(range(x, 10, 16)).containsOnly(1);
    assertThat(range(x, 32, 38)).containsOnly(0.5f);
    assertThat(range(x, 38, 40)).containsOnly(1);
  }

  @Test
  void aStatisticFollowsTheMeanOfTheBatchWhateverElseIsAsked() {
    Tensor x = filled(40, 1);

    descent(Clip.byNorm(1e-3), segments(new L2(1), new L2(1)))
        .update(x, filled(40, 20), 4, Slots.none(), 1);

    assertThat(range(x, 16, 19)).containsOnly(0.75f * 1 + 0.25f * 5);
    assertThat(range(x, 19, 32)).containsOnly(1);
  }

  @Test
  void aPenaltyIsAddedToTheMeanGradientOfItsParameter() {
    Tensor x = filled(40, 1);

    descent(null, segments(new L2(0.125), new None())).update(x, filled(40, 2), 4, Slots.none(), 1);

    assertThat(range(x, 0, 10)).containsOnly(1 - (0.5f + 0.25f));
    assertThat(range(x, 32, 38)).containsOnly(1 - 0.5f);
  }

  @Test
  void clippingByValueLimitsEachNumberOfThePenalizedGradient() {
    Tensor x = vector(0, 0, 0, 4);
    Segments one = new Segments(List.of(new Segment.Trained(0, 4, 1, new L2(0.5))));

    descent(Clip.byValue(2), one).update(x, vector(-12, 2, 12, 2), 4, Slots.none(), 1);

    assertThat(x.toFloats()).containsExactly(2, -0.5f, -2, 2);
  }

  @Test
  void clippingByNormScalesTheGradientOfAllParameters() {
    Tensor x = filled(40, 0);
    double[] gradients = new double[40];
    gradients[0] = 30;
    gradients[32] = -40;
    gradients[16] = 1e6;
    gradients[12] = 1e6;

    descent(Clip.byNorm(12.5), segments(new None(), new None()))
        .update(x, vector(gradients), 1, Slots.none(), 1);

    assertThat(x.toFloats()[0]).isEqualTo(-7.5f);
    assertThat(x.toFloats()[32]).isEqualTo(10);
  }

  @Test
  void aGradientWithinTheNormStays() {
    Tensor x = vector(0, 0);

    new Updater(new Sgd(1, 0, false), new Constant(1), Clip.byNorm(5), null)
        .update(x, vector(3, 4), 1, Slots.none(), 1);

    assertThat(x.toFloats()).containsExactly(-3, -4);
  }

  @Test
  void maxNormHoldsForEachUnitAfterTheUpdate() {
    // the kernel [2, 3] has the columns (3, 4), (0.3, 0.4), (0, 0) after the update
    Tensor x = vector(2, 0.3, 1, 5, 0.4, -1);
    Segments kernel = new Segments(List.of(new Segment.Trained(0, 6, 3, new MaxNorm(1))));

    descent(null, kernel).update(x, vector(-1, 0, 1, 1, 0, -1), 1, Slots.none(), 1);

    assertThat(x.toFloats()).containsExactly(0.6f, 0.3f, 0, 0.8f, 0.4f, 0);
  }

  @Test
  void theFactorMultipliesTheRateOfTheSchedule() {
    Tensor x = vector(0);

    new Updater(new Sgd(9, 0, false), new StepDecay(1, 2, 0.5), null, null)
        .update(x, x, vector(1), 1, Slots.none(), 3, 0.25);

    assertThat(x.toFloats()).containsExactly(-0.125f);
  }

  @Test
  void aStatisticThatIsNotFiniteIsNamed() {
    double[] sums = new double[40];
    sums[17] = Double.NaN;

    assertThat(
            descent(Clip.byNorm(1), segments(new None(), new None()))
                .update(filled(40, 0), vector(sums), 1, Slots.none(), 1))
        .isEqualTo(17);
  }

  @Test
  void aLimitIsEitherOfValuesOrOfTheNorm() {
    assertThatThrownBy(() -> new Clip(1.0, 1.0)).hasMessage("expects either value or norm");
    assertThatThrownBy(() -> new Clip(null, null)).hasMessage("expects either value or norm");
    assertThatThrownBy(() -> Clip.byNorm(0)).hasMessage("norm: expects a number above 0, got 0.0");
    assertThatThrownBy(() -> Clip.byValue(-1))
        .hasMessage("value: expects a number above 0, got -1.0");
  }
}
