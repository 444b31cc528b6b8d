package io.sparrowml.spark.ingest;

import static io.sparrowml.spark.ingest.Fixtures.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.Normalize;
import io.sparrowml.data.Tokens;
import io.sparrowml.tensor.Shape;
import java.util.List;
import java.util.Map;
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
    assertThat(config.fillMissing()).isEqualTo(FillMissing.ERROR);
    assertThat(config.normalizeLabel()).isEqualTo(Normalize.NONE);
    assertThat(config.quote()).isEqualTo("\"");
    assertThat(config.text()).isNull();
    assertThat(config.weight()).isNull();
    assertThat(config.window()).isNull();
    assertThat(config.target()).isEqualTo(Shape.of());
  }

  @Test
  void eachKeyIsRead() {
    DataConfig config =
        config(
            """
            {'format': 'csv', 'train': 'a', 'test': 'b', 'validation': 'c', 'label': 'y',
             'features': ['p', 'q'], 'categorical': ['q'], 'normalize': 'min-max',
             'classes': [['<=50K', '<=50K.'], '>50K'], 'header': true,
             'columns': ['p', 'q', 'y'], 'delimiter': ';', 'quote': '', 'trim': false,
             'missing': ['-'], 'fill-missing': 'median', 'normalize-label': 'standard',
             'weight': 'w', 'text': {'p': {'length': 7, 'tokens': 'characters'}}}
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
                Map.of("p", new TextConfig(7, Tokens.CHARACTERS, true, 10_000)),
                "w",
                null,
                List.of(ClassValues.of("<=50K", "<=50K."), ClassValues.of(">50K")),
                Normalize.MIN_MAX,
                Normalize.STANDARD,
                true,
                List.of("p", "q", "y"),
                ";",
                "",
                false,
                List.of("-"),
                new FillMissing(FillMissing.Kind.MEDIAN, Double.NaN)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'format': 'csv', 'train': 'a', 'validation': 0.1, 'classes': ['x', ['y', 'z']]}",
        "{'format': 'idx', 'train': {'images': 'a', 'labels': 'b'}, 'validation': {'images': 'c',"
            + " 'labels': 'd'}}",
        "{'format': 'text', 'train': 'a', 'window': {'context': 8, 'stride': 3}}",
        "{'format': 'csv', 'train': 'a', 'fill-missing': 0.5, 'text': {'m': {'length': 5}}}",
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
        "{'train': 'a'}|data.format: expects one of [idx, cifar10, csv, parquet, libsvm, text,"
            + " synthetic-digits], got nothing",
        "{'format': 'csv'}|data.train: expects the training rows, got nothing",
        "{'format': 'csv', 'train': {'rows': 3}}"
            + "|data.train: expects a path for the format csv, got {rows=3}",
        "{'format': 'idx', 'train': 'a'}"
            + "|data.train: expects {images: PATH, labels: PATH} for the format idx, got a",
        "{'format': 'synthetic-digits', 'train': {'rows': 0}}|data.train: expects {rows: N} of at"
            + " least 1 for the format synthetic-digits, got {rows=0}",
        "{'format': 'csv', 'train': 'a', 'test': {'images': 'i', 'labels': 'l'}}"
            + "|data.test: expects a path for the format csv, got {images=i, labels=l}",
        "{'format': 'csv', 'train': 'a', 'validation': 1}|data.validation: expects a share of the"
            + " training rows in [0, 1), or a path, got 1.0",
        "{'format': 'csv', 'train': 'a', 'validation': true}|data.validation: expects a share of"
            + " the training rows in [0, 1), or a path, got true",
        "{'format': 'csv', 'train': 'a', 'features': ['x', 'label']}|data.features: expects at"
            + " least one column and not the label 'label', got [x, label]",
        "{'format': 'csv', 'train': 'a', 'categorical': ['x', 'x']}"
            + "|data.categorical: expects each value once, got 'x' twice",
        "{'format': 'csv', 'train': 'a', 'classes': ['x']}"
            + "|data.classes: expects at least 2 classes, got 1",
        "{'format': 'csv', 'train': 'a', 'classes': ['x', ['y', 'x']]}"
            + "|data.classes: expects each value once, got 'x' twice",
        "{'format': 'csv', 'train': 'a', 'classes': ['x', []]}"
            + "|data.classes: expects a label or a list of labels that mean the same, got []",
        "{'format': 'csv', 'train': 'a', 'header': false}|data.columns: expects the names of the"
            + " columns where data.header is false, got nothing",
        "{'format': 'csv', 'train': 'a', 'delimiter': ''}"
            + "|data.delimiter: expects at least one character, got none",
        "{'format': 'csv', 'train': 'a', 'quote': 'xy'}"
            + "|data.quote: expects one character, or none, got 'xy'",
        "{'format': 'csv', 'train': 'a', 'fill-missing': 'mode'}"
            + "|data.fill-missing: expects error, mean, median or a number, got \"mode\"",
        "{'format': 'idx', 'train': {'images': 'a', 'labels': 'b'}, 'weight': 'w'}"
            + "|data.weight: expects a format with columns, csv or parquet; leave it out",
        "{'format': 'text', 'train': 'a', 'window': {'context': 8}, 'text': {'m': {'length': 5}}}"
            + "|data.text: expects a format with columns, csv or parquet; leave it out",
        "{'format': 'csv', 'train': 'a', 'weight': 'label'}"
            + "|data.weight: expects a column that is neither the label nor a feature, got 'label'",
        "{'format': 'csv', 'train': 'a', 'categorical': ['m'], 'text': {'m': {'length': 5}}}"
            + "|data.text: expects columns that data.categorical does not name, got 'm'",
        "{'format': 'csv', 'train': 'a', 'text': {'m': {'length': 0}}}"
            + "|length: expects at least 1 token, got 0",
        "{'format': 'csv', 'train': 'a', 'text': {'m': {'length': 5, 'vocabulary': 2}}}"
            + "|vocabulary: expects at least 3 ids (padding, unknown and a token), got 2",
        "{'format': 'text', 'train': 'a'}|data.window: expects {context: N}, how many characters a"
            + " row of the format text has, got nothing",
        "{'format': 'text', 'train': 'a', 'window': {'context': 0}}"
            + "|context: expects at least 1 character, got 0",
        "{'format': 'text', 'train': 'a', 'window': {'context': 4, 'stride': 0}}"
            + "|stride: expects at least 1 character, got 0",
        "{'format': 'csv', 'train': 'a', 'window': {'context': 8}}"
            + "|data.window: expects the format text; leave it out",
        "{'format': 'text', 'train': 'a', 'window': {'context': 8}, 'classes': ['a',"
            + " 'b']}|data.classes: the format text expects none, as its classes are the"
            + " characters; leave it out"
      })
  void nonsenseIsRefusedWithItsKey(String json, String message) {
    assertThatThrownBy(() -> config(json)).isInstanceOf(ConfigException.class).hasMessage(message);
  }
}
