package io.sparrowml.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparrowml.config.ConfigException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulesTest {

  private static Schedule read(String json) {
    return Reference.MAPPER.readJson(json.replace('\'', '"'), Schedule.class);
  }

  static Stream<JsonNode> cases() {
    return Reference.schedules();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void ratesAreThoseOfPyTorch(JsonNode reference) {
    double[] rates = Reference.numbers(reference.get("rates"));
    Schedule schedule =
        Reference.MAPPER.read(reference.get("schedule"), Schedule.class).over(rates.length);

    for (int step = 1; step <= rates.length; step++) {
      assertThat(schedule.rate(step)).as("step %d", step).isCloseTo(rates[step - 1], within(1e-9));
    }
    assertThat(rates).hasSizeGreaterThanOrEqualTo(10);
  }

  @Test
  void eachScheduleHasReferences() {
    assertThat(
            Reference.schedules()
                .map(each -> Reference.MAPPER.read(each.get("schedule"), Schedule.class))
                .map(Schedules.CATALOG::nameOf)
                .collect(Collectors.toSet()))
        .isEqualTo(Schedules.CATALOG.kinds().keySet());
  }

  @Test
  void aNumberIsAConstantRateAndWrittenAsOne() {
    assertThat(read("0.25")).isEqualTo(new Constant(0.25));
    assertThat(read("'1e-3'")).isEqualTo(new Constant(0.001));
    assertThat(read("{'constant': {'rate': 2}}")).isEqualTo(new Constant(2));
    assertThat(Reference.MAPPER.write(new Adam(0.001)))
        .hasToString(
            "{\"adam\":{\"learning-rate\":0.001,\"beta1\":0.9,\"beta2\":0.999,\"epsilon\":1.0E-8}}");
  }

  @Test
  void anOptimizerTakesASchedule() {
    Optimizer sgd =
        Reference.MAPPER.readJson(
            "{\"sgd\": {\"learning-rate\": {\"warm-up\": {\"steps\": 3, \"then\": 0.5}}}}",
            Optimizer.class);

    assertThat(sgd).isEqualTo(new Sgd(new WarmUp(3, new Constant(0.5)), 0, false));
    assertThat(Reference.MAPPER.readJson(Reference.MAPPER.writeJson(sgd), Optimizer.class))
        .isEqualTo(sgd);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'cosine': {'from': 1}} | cosine",
        "{'polynomial': {'from': 1}} | polynomial",
        "{'one-cycle': {'max': 1}} | one-cycle",
        "{'warm-up': {'steps': 2, 'then': {'cosine': {'from': 1}}}} | cosine"
      })
  void aLengthThatIsNotKnownIsAnError(String json, String kind) {
    Schedule schedule = read(json);

    assertThatThrownBy(() -> schedule.rate(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            kind + " expects a number of steps, got none; give steps, or ask its over(steps)");
    assertThat(schedule.over(10).rate(5)).isPositive();
  }

  @Test
  void aLengthThatIsGivenStays() {
    assertThat(read("{'cosine': {'from': 1, 'steps': 4}}").over(100))
        .isEqualTo(new Cosine(1, 0, 4L));
    assertThat(read("{'warm-up': {'steps': 30, 'then': {'cosine': {'from': 1}}}}").over(100))
        .isEqualTo(new WarmUp(30, new Cosine(1, 0, 70L)));
  }

  @Test
  void behindTheirStepsRatesStay() {
    assertThat(new Cosine(1, 0.25, 4L).rate(5)).isEqualTo(0.25);
    assertThat(new Cosine(1, 0.25, 4L).rate(7)).isEqualTo(0.25);
    assertThat(new Polynomial(1, 0.25, 1, 4L).rate(9)).isEqualTo(0.25);
    assertThat(new OneCycle(1, 4L, 0.3, 25, 1e4).rate(4)).isCloseTo(4e-6, within(1e-12));
    assertThat(new OneCycle(1, 4L, 0.3, 25, 1e4).rate(5)).isCloseTo(4e-6, within(1e-12));
  }

  @Test
  void aCycleOfOneStepIsItsEnd() {
    assertThat(new OneCycle(1, 1L, 0.3, 25, 1e4).rate(1)).isCloseTo(4e-6, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-1 | expects a learning rate above 0, got -1.0",
        "{'constant': {'rate': 0}} | constant: expects a learning rate above 0, got 0.0",
        "{'step': {'from': 1, 'every': 0}} | step.every: expects at least 1, got 0",
        "{'step': {'from': 1, 'every': 1, 'factor': 0}} | step.factor: expects a number above 0,"
            + " got 0.0",
        "{'exponential': {'from': 0, 'factor': 1}} | exponential.from: expects a number above 0,"
            + " got 0.0",
        "{'polynomial': {'from': 1, 'to': -1}} | polynomial.to: expects a number of at least 0,"
            + " got -1.0",
        "{'cosine': {'from': 1, 'steps': 0}} | cosine.steps: expects at least 1, got 0",
        "{'cosine-restarts': {'from': 1, 'period': 0}} | cosine-restarts.period: expects at least"
            + " 1, got 0",
        "{'cosine-restarts': {'from': 1, 'period': 2, 'growth': 0}} | cosine-restarts.growth:"
            + " expects at least 1, got 0",
        "{'one-cycle': {'max': 1, 'rise': 1}} | one-cycle.rise: expects a number in [0, 1), got"
            + " 1.0",
        "{'warm-up': {'steps': 0, 'then': 1}} | warm-up.steps: expects at least 1, got 0",
        "{'warm-up': {'steps': 1, 'then': 0}} | warm-up.then: expects a learning rate above 0, got"
            + " 0.0",
      })
  void whatCannotBeIsRefused(String json, String message) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(ConfigException.class).hasMessage(message);
  }
}
