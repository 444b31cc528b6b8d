package io.sparrowml.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.autograd.Timings;
import io.sparrowml.train.StepProfile.LayerTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepProfileTest {
  private static final StepProfile ONE =
      new StepProfile(
          1,
          10,
          Map.of(Phase.WAIT, 5_000_000L, Phase.INPUT, 20_000_000L),
          List.of(new LayerTime("0", 3, 4), new LayerTime("loss", 1, 0)));

  @Test
  void slotsAddUpLayerByLayer() {
    StepProfile other =
        new StepProfile(
            1,
            10,
            Map.of(Phase.WAIT, 15_000_000L),
            List.of(new LayerTime("1", 0, 7), new LayerTime("0", 30, 40)));

    assertThat(StepProfile.none().plus(ONE).plus(other))
        .isEqualTo(
            new StepProfile(
                2,
                20,
                Map.of(Phase.INPUT, 20_000_000L, Phase.WAIT, 20_000_000L),
                List.of(
                    new LayerTime("0", 33, 44),
                    new LayerTime("loss", 1, 0),
                    new LayerTime("1", 0, 7))));
  }

  @Test
  void timesAreMeansOverStepsAndSlots() {
    StepProfile both = ONE.plus(ONE);

    assertThat(both.millis(Phase.INPUT)).isEqualTo(2);
    assertThat(both.millis(Phase.WAIT)).isEqualTo(0.5);
    assertThat(both.millis(Phase.REDUCE)).isZero();
    assertThat(both.millis()).isEqualTo(2.5);
    assertThat(StepProfile.none().millis()).isZero();
  }

  @Test
  void phasesAreInTheirOrder() {
    assertThat(ONE.phases().keySet()).containsExactly(Phase.INPUT, Phase.WAIT);
  }

  @Test
  void withoutTimingsAllIsOther() {
    StepProfile slot = StepProfile.of(3, Map.of(Phase.OTHER, 7L), new Timings());

    assertThat(slot)
        .isEqualTo(
            new StepProfile(
                1, 3, Map.of(Phase.FORWARD, 0L, Phase.BACKWARD, 0L, Phase.OTHER, 7L), List.of()));
  }
}
