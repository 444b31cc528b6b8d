package io.sparrowml.regularizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.ConfigMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegularizersTest {
  private static final ConfigMapper MAPPER = new ConfigMapper(Regularizers.CATALOG);

  private static float[] gradients(Regularizer regularizer) {
    float[] gradients = {1, 1, 1, 7};
    regularizer.addGradient(new float[] {-2, 0, 0.5f, 9}, gradients, 3);
    return gradients;
  }

  private static Regularizer read(String json) {
    return MAPPER.readJson(json.replace('\'', '"'), Regularizer.class);
  }

  @Test
  void theGradientOfAbsoluteValuesIsTheirSign() {
    assertThat(gradients(new L1(0.25))).containsExactly(0.75f, 1, 1.25f, 7);
  }

  @Test
  void theGradientOfSquaresIsTwiceTheNumber() {
    assertThat(gradients(new L2(0.25))).containsExactly(0, 1, 1.25f, 7);
  }

  @Test
  void theElasticNetIsBoth() {
    assertThat(gradients(new ElasticNet(0.25, 0.25))).containsExactly(-0.25f, 1, 1.5f, 7);
    assertThat(gradients(new ElasticNet(0.25, 0))).containsExactly(gradients(new L1(0.25)));
    assertThat(gradients(new ElasticNet(0, 0.25))).containsExactly(gradients(new L2(0.25)));
  }

  @Test
  void neitherNoneNorMaxNormChangesTheGradient() {
    assertThat(gradients(new None())).containsExactly(1, 1, 1, 7);
    assertThat(gradients(new MaxNorm(1))).containsExactly(1, 1, 1, 7);
  }

  @Test
  void maxNormScalesWhatIsLarger() {
    MaxNorm max = new MaxNorm(2);

    assertThat(max.scale(0)).isEqualTo(1);
    assertThat(max.scale(2)).isEqualTo(1);
    assertThat(max.scale(8)).isEqualTo(0.25);
  }

  @Test
  void regularizersHaveNames() {
    assertThat(read("'none'")).isEqualTo(new None());
    assertThat(read("{'l1': {'rate': 0.1}}")).isEqualTo(new L1(0.1));
    assertThat(read("{'l2': {'rate': 0.1}}")).isEqualTo(new L2(0.1));
    assertThat(read("{'elastic-net': {'l1': 0.1, 'l2': 0.2}}")).isEqualTo(new ElasticNet(0.1, 0.2));
    assertThat(read("{'max-norm': {'limit': 3}}")).isEqualTo(new MaxNorm(3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'l1': {'rate': -1}} | l1.rate: expects a number of at least 0, got -1.0",
        "{'l2': {}} | l2.rate: is required",
        "{'elastic-net': {'l1': 1, 'l2': -1}} | elastic-net.l2: expects a number of at least 0,"
            + " got -1.0",
        "{'max-norm': {'limit': 0}} | max-norm.limit: expects a number above 0, got 0.0",
      })
  void whatCannotBeIsRefused(String json, String message) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(ConfigException.class).hasMessage(message);
  }
}
