package io.sparrowml.spark.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
  @Test
  void decimalNumbersAreRead() {
    assertThat(Texts.number("39")).isEqualTo(39);
    assertThat(Texts.number("-1.5e3")).isEqualTo(-1500);
    assertThat(Texts.number("+.5")).isEqualTo(0.5);
    assertThat(Texts.number("7.")).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NaN", "Infinity", "1d", "0x1p3", "1,5", "-", "."})
  void nothingElseIsANumber(String text) {
    assertThat(Texts.number(text)).isNaN();
  }

  @Test
  void wholeNumbersAreWrittenWithoutAPoint() {
    assertThat(Texts.of(3)).isEqualTo("3");
    assertThat(Texts.of(-0.25)).isEqualTo("-0.25");
  }
}
