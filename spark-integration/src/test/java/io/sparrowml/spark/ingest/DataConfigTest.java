package io.sparrowml.spark.ingest;

import static io.sparrowml.spark.ingest.Fixtures.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.Normalize;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataConfigTest {
  @Test
  void whatIsMissingGetsItsDefault() {
    DataConfig config = config("{'format': 'csv', 'train': 'a.csv'}");

    assertThat(config.train()).isEqualTo(Source.of("a.csv"));
    assertThat(config.test()).isNull();
    assertThat(config.validation()).isEqualTo(Validation.NONE);
    assertThat(config.label()).isEqualTo("label");
    assertThat(config.features()).isNull();
    assertThat(config.categorical()).isNull();
    assertThat(config.classes()).isNull();
    assertThat(config.normalize()).isEqualTo(Normalize.STANDARD);
    assertThat(config.header()).isTrue();
    assertThat(config.delimiter()).isEqualTo(",");
    assertThat(config.trim()).isTrue();
    assertThat(config.missing()).isEqualTo(DataConfig.MISSING);
  }

  @Test
  void eachKeyIsRead() {
    DataConfig config =
        config(
            """
            {'format': 'csv', 'train': 'a', 'test': 'b', 'validation': 'c', 'label': 'y',
             'features': ['p', 'q'], 'categorical': ['q'], 'normalize': 'min-max',
             'classes': [['<=50K', '<=50K.'], '>50K'], 'header': true,
             'columns': ['p', 'q', 'y'], 'delimiter': ';', 'trim': false, 'missing': ['-']}
            """);

    assertThat(config)
        .isEqualTo(
            new DataConfig(
                Format.CSV,
                Source.of("a"),
                Source.of("b"),
                new Validation(0, Source.of("c")),
                "y",
                List.of("p", "q"),
                List.of("q"),
                List.of(ClassValues.of("<=50K", "<=50K."), ClassValues.of(">50K")),
                Normalize.MIN_MAX,
                true,
                List.of("p", "q", "y"),
                ";",
                false,
                List.of("-")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'format': 'csv', 'train': 'a', 'validation': 0.1, 'classes': ['x', ['y', 'z']]}",
        "{'format': 'idx', 'train': {'images': 'a', 'labels': 'b'}, 'validation': {'images': 'c', 'labels': 'd'}}",
        "{'format': 'synthetic-digits', 'train': {'rows': 100}, 'test': {'rows': 10}}"
      })
  void whatIsWrittenReadsAsTheSame(String json) throws Exception {
    DataConfig config = config(json);

    assertThat(config(Fixtures.JSON.writeValueAsString(config))).isEqualTo(config);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'train': 'a'}"
            + "|data.format: expects one of [idx, csv, parquet, synthetic-digits], got nothing",
        "{'format': 'csv'}|data.train: expects the training rows, got nothing",
        "{'format': 'csv', 'train': {'rows': 3}}"
            + "|data.train: expects a path for the format csv, got {rows=3}",
        "{'format': 'idx', 'train': 'a'}"
            + "|data.train: expects {images: PATH, labels: PATH} for the format idx, got a",
        "{'format': 'synthetic-digits', 'train': {'rows': 0}}"
            + "|data.train: expects {rows: N} of at least 1 for the format synthetic-digits, got {rows=0}",
        "{'format': 'csv', 'train': 'a', 'test': {'images': 'i', 'labels': 'l'}}"
            + "|data.test: expects a path for the format csv, got {images=i, labels=l}",
        "{'format': 'csv', 'train': 'a', 'validation': 1}"
            + "|data.validation: expects a share of the training rows in [0, 1), or a path, got 1.0",
        "{'format': 'csv', 'train': 'a', 'validation': true}"
            + "|data.validation: expects a share of the training rows in [0, 1), or a path, got true",
        "{'format': 'csv', 'train': 'a', 'features': ['x', 'label']}"
            + "|data.features: expects at least one column and not the label 'label', got [x, label]",
        "{'format': 'csv', 'train': 'a', 'categorical': ['x', 'x']}"
            + "|data.categorical: expects each value once, got 'x' twice",
        "{'format': 'csv', 'train': 'a', 'classes': ['x']}"
            + "|data.classes: expects at least 2 classes, got 1",
        "{'format': 'csv', 'train': 'a', 'classes': ['x', ['y', 'x']]}"
            + "|data.classes: expects each value once, got 'x' twice",
        "{'format': 'csv', 'train': 'a', 'classes': ['x', []]}"
            + "|data.classes: expects a label or a list of labels that mean the same, got []",
        "{'format': 'csv', 'train': 'a', 'header': false}"
            + "|data.columns: expects the names of the columns where data.header is false, got nothing",
        "{'format': 'csv', 'train': 'a', 'delimiter': ''}"
            + "|data.delimiter: expects at least one character, got none"
      })
  void nonsenseIsRefusedWithItsKey(String json, String message) {
    assertThatThrownBy(() -> config(json)).isInstanceOf(ConfigException.class).hasMessage(message);
  }
}
