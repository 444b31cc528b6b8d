package io.sparrowml.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.data.Feature;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.Scaling;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Flatten;
import io.sparrowml.layer.Residual;
import io.sparrowml.loss.MeanSquaredError;
import io.sparrowml.model.Model;
import io.sparrowml.model.Network;
import io.sparrowml.spark.wire.Traffic;
import io.sparrowml.tensor.Shape;
import io.sparrowml.train.Phase;
import io.sparrowml.train.StepProfile;
import io.sparrowml.train.StepProfile.LayerTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProfileReportTest {
  private static final Model MODEL =
      new Model(
          new Network(Shape.of(1), List.of(new Flatten(), new Residual(new Dense(1)))),
          new Preprocessing(
              List.of(Feature.Numeric.number("x")), List.of(Scaling.identity(1)), null),
          new MeanSquaredError(),
          "y",
          List.of());

  private static final StepProfile PROFILE =
      new StepProfile(
          2,
          20,
          Map.of(
              Phase.INPUT, 10_000_000L,
              Phase.FORWARD, 40_000_000L,
              Phase.BACKWARD, 60_000_000L,
              Phase.WAIT, 90_000_000L),
          List.of(
              new LayerTime("1/layers/0", 30_000_000L, 50_000_000L),
              new LayerTime("loss", 6_000_000L, 10_000_000L),
              new LayerTime("", 4_000_000L, 0)));

  private static final List<Traffic> SENT =
      List.of(new Traffic(10_000, 20, 3), new Traffic(20_000_000, 0, 50));

  @Test
  void allPhasesAndLayersAreShown() {
    assertThat(ProfileReport.of(PROFILE, MODEL, SENT))
        .hasToString(
            """
            10 steps of 2 compute slots

            phase      ms a step    share
            input          0.500    5.0 %
            forward        2.000   20.0 %
            backward       3.000   30.0 %
            metrics        0.000    0.0 %
            reduce         0.000    0.0 %
            optimizer      0.000    0.0 %
            wait           4.500   45.0 %
            other          0.000    0.0 %
            all           10.000  100.0 %

            layer       kind                forward ms  backward ms   share
            0           flatten                  0.000        0.000   0.0 %
            1           residual                 0.000        0.000   0.0 %
            1/layers/0  dense                    1.500        2.500  40.0 %
            loss        mean-squared-error       0.300        0.500   8.0 %
                                                 0.200        0.000   2.0 %

            sent a step  gradients  parameters  other
            executor 1       1,000           2      0
            executor 2   2,000,000           0      5
            """);
    assertThat(ProfileReport.of(PROFILE, MODEL, List.of(new Traffic(0, 0, 100))).toString())
        .as("one executor")
        .doesNotContain("sent");
  }

  @Test
  void theFileHoldsTheSame() {
    assertThat(ProfileReport.of(PROFILE, MODEL, SENT).toJson())
        .startsWith("{\n  \"slots\" : 2,\n  \"steps\" : 10,\n  \"step\" : 10.0,\n")
        .contains("\"backward\" : 3.0,\n    \"metrics\" : 0.0,\n")
        .contains(
            "\"layer\" : \"loss\",\n    \"kind\" : \"mean-squared-error\",\n    \"forward\" : 0.3")
        .contains("\"gradients\" : 20000000,\n    \"parameters\" : 0,\n    \"other\" : 50");
  }
}
