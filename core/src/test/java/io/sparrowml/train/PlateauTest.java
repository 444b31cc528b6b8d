package io.sparrowml.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlateauTest {

  /** The factor after each epoch. */
  private static List<Double> factors(ReduceOnPlateau rule, boolean ascends, double... values) {
    List<Double> factors = new ArrayList<>();
    Plateau plateau = rule.start();
    for (double value : values) {
      plateau = plateau.after(value, ascends, 0.5);
      factors.add(plateau.factor());
    }
    return factors;
  }

  private static ReduceOnPlateau rule(int patience, double minChange, int cooldown) {
    return new ReduceOnPlateau("train.loss", 0.5, patience, minChange, cooldown, 0);
  }

  @Test
  void theRateIsReducedWhenPatienceIsOver() {
    assertThat(factors(rule(2, 0, 0), false, 3, 2, 2.5, 2, 1, 4, 1))
        .containsExactly(1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25);
  }

  @Test
  void ofAccuracyMoreIsBetter() {
    assertThat(factors(rule(1, 0, 0), true, 0.5, 0.6, 0.6)).containsExactly(1.0, 1.0, 0.5);
  }

  @Test
  void aSmallChangeIsNoImprovement() {
    assertThat(factors(rule(1, 0.5, 0), false, 3, 2.6, 2.4)).containsExactly(1.0, 0.5, 0.5);
  }

  @Test
  void epochsOfACooldownDoNotCountButMayBeTheBest() {
    assertThat(factors(rule(1, 0, 2), false, 3, 3, 2, 4, 2.5, 1))
        .containsExactly(1.0, 0.5, 0.5, 0.5, 0.25, 0.25);
  }

  @Test
  void theRateIsNotReducedBelowItsLeast() {
    ReduceOnPlateau rule = new ReduceOnPlateau("train.loss", 0.5, 1, 0, 0, 0.1);

    assertThat(factors(rule, false, 1, 1, 1, 1, 1)).containsExactly(1.0, 0.5, 0.25, 0.2, 0.2);
  }

  @Test
  void aRateThatIsBelowTheLeastAlreadyStays() {
    ReduceOnPlateau rule = new ReduceOnPlateau("train.loss", 0.5, 1, 0, 0, 2);

    assertThat(factors(rule, false, 1, 1)).containsExactly(1.0, 1.0);
  }

  @Test
  void aMetricWithoutAValueDoesNotImprove() {
    assertThat(factors(rule(2, 0, 0), false, Double.NaN, Double.NaN, 1, Double.NaN, Double.NaN))
        .containsExactly(1.0, 0.5, 0.5, 0.5, 0.25);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'factor': 1} | factor: expects a number in (0, 1), got 1.0",
        "{'patience': 0} | patience: expects at least 1 epoch, got 0",
        "{'min-change': -1} | min-change: expects at least 0, got -1.0",
        "{'cooldown': -1} | cooldown: expects at least 0 epochs, got -1",
        "{'min-rate': -1} | min-rate: expects at least 0, got -1.0",
      })
  void whatCannotBeIsRefused(String json, String message) {
    assertThatThrownBy(
            () -> Descriptions.MAPPER.readJson(json.replace('\'', '"'), ReduceOnPlateau.class))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }
}
