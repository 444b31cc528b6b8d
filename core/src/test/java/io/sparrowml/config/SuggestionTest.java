package io.sparrowml.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  private static final List<String> KNOWN = List.of("learning-rate", "beta1", "beta2", "epochs");

  @ParameterizedTest
  @CsvSource({
    "learning-rte, learning-rate",
    "learningRate, learning-rate",
    "learning_rate, learning-rate",
    "lraening-rate, learning-rate",
    "epoch, epochs",
    "EPOCHS, epochs",
    "beta, beta1"
  })
  void theNearestNameIsFound(String name, String nearest) {
    assertThat(Suggestion.nearest(name, KNOWN)).isEqualTo(nearest);
    assertThat(Suggestion.of(name, KNOWN)).isEqualTo(", did you mean '" + nearest + "'?");
  }

  @Test
  void nothingIsSuggestedWhereNothingIsNear() {
    assertThat(Suggestion.nearest("momentum", KNOWN)).isNull();
    assertThat(Suggestion.of("momentum", KNOWN)).isEmpty();
  }
}
