package io.sparrowml.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.config.ConfigException;
import io.sparrowml.memory.Arena;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.optimizer.Slots;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRateRangeTest {

  @Test
  void theRateGrowsByAnEqualFactor() {
    LearningRateRange range = new LearningRateRange(1e-3, 10, 5);

    assertThat(range.schedule().rate(1)).isEqualTo(1e-3);
    assertThat(range.schedule().rate(3)).isCloseTo(0.1, within(1e-12));
    assertThat(range.schedule().rate(5)).isCloseTo(10, within(1e-9));
  }

  /** Descent on {@code 50 x^2} does best at a rate of 0.01 and diverges above 0.02. */
  @Test
  void descentOnAParabolaExplodesBehindItsLargestRate() {
    LearningRateRange range = new LearningRateRange(1e-5, 10, 100);
    LossCurve curve;
    try (Arena arena = Arena.root("test", 1 << 16)) {
      Tensor x = Tensor.allocate(arena, DType.FLOAT32, Shape.of(1)).set(new double[] {1});
      Tensor gradient = Tensor.allocate(arena, DType.FLOAT32, Shape.of(1));
      Updater descent = new Updater(new Sgd(1, 0, false), range.schedule(), null, null);
      curve =
          range.run(
              step -> {
                double at = x.toDoubles()[0];
                descent.update(x, gradient.set(new double[] {100 * at}), 1, Slots.none(), step);
                return 50 * at * at;
              });
      arena.closeAll();
    }

    assertThat(curve.rates()).hasSizeBetween(50, 80).hasSameSizeAs(curve.losses());
    assertThat(curve.rates().get(curve.rates().size() - 1)).isBetween(0.02, 0.5);
    assertThat(curve.steepest()).isBetween(1e-3, 0.02);
  }

  @Test
  void aLossThatIsNotFiniteEndsTheTest() {
    LossCurve curve = new LearningRateRange(1, 10, 50).run(step -> step < 4 ? 1 : Double.NaN);

    assertThat(curve.losses()).containsExactly(1.0, 1.0, 1.0, Double.NaN);
    assertThat(curve.steepest()).isEqualTo(1);
  }

  @Test
  void theRateAtWhichTheLossFallsFastestIsTheSteepest() {
    LossCurve curve =
        new LossCurve(
            List.of(1.0, 2.0, 3.0, 4.0, 5.0),
            List.of(9.0, 8.0, 4.0, 3.0, 9.0),
            List.of(9.0, 8.0, 4.0, 3.0, 9.0));

    assertThat(curve.steepest()).isEqualTo(3);
  }

  @Test
  void theSmoothedLossIsAWeightedMean() {
    LossCurve curve = new LossCurve(List.of(1.0, 2.0), List.of(1.0, 2.0));

    assertThat(curve.smoothed().get(0)).isCloseTo(1, within(1e-12));
    assertThat(curve.smoothed().get(1)).isCloseTo((0.9 * 1 + 2) / 1.9, within(1e-12));
  }

  @Test
  void theCurveIsDrawnFromTheLeastLossToTheFirst() {
    List<Double> losses = List.of(2.0, 1.5, 1.0, 8.0);
    LossCurve curve = new LossCurve(List.of(0.001, 0.01, 0.1, 1.0), losses, losses);

    assertThat(curve.draw(4))
        .isEqualTo(
            " 1.00e-03     2.0000 "
                + "*".repeat(50)
                + "\n 1.00e-02     1.5000 "
                + "*".repeat(25)
                + "\n 1.00e-01     1.0000\n 1.00e+00     8.0000 "
                + "*".repeat(50)
                + "\n");
    assertThat(curve.draw(2).lines()).hasSize(2);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> new LearningRateRange(0, 1, 2))
        .isInstanceOf(ConfigException.class)
        .hasMessage("from: expects a learning rate above 0, got 0.0");
    assertThatThrownBy(() -> new LearningRateRange(1, 1, 2))
        .hasMessage("to: expects a learning rate above 1.0, got 1.0");
    assertThatThrownBy(() -> new LearningRateRange(1, 2, 1))
        .hasMessage("steps: expects at least 2, got 1");
  }
}
