package io.sparrowml.spark.ingest;

import io.sparrowml.data.Feature;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of one logical worker, or of several together, show before they can be packed: how
 * many there are, and of the training rows the categories, tokens, labels and widths; of a running
 * text all characters.
 */
final class Survey implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The most categories of one column, and the most classes. */
  static final int MOST_VALUES = 10_000;

  private final Table.Columns columns;
  private final boolean gathersLabels;
  private final List<ColumnSurvey> features = new ArrayList<>();
  private final Set<String> labels = new TreeSet<>();
  private long training;
  private long validation;

  /** A survey of no rows. */
  Survey(Table.Columns columns, boolean gathersLabels) {
    this.columns = columns;
    this.gathersLabels = gathersLabels;
    columns.features().forEach(column -> features.add(new ColumnSurvey(column)));
  }

  long training() {
    return training;
  }

  long validation() {
    return validation;
  }

  Set<String> labels() {
    return labels;
  }

  /** Counts a row for validation. */
  void addValidation() {
    validation++;
  }

  /** Adds a training row. */
  void add(RawRow row) {
    training++;
    if (columns.sequence()) {
      addCharacters(row);
      return;
    }
    for (int i = 0; i < features.size(); i++) {
      features.get(i).add(row, i, columns);
    }
    if (gathersLabels) {
      Serializable label = row.value(features.size());
      if (label == null || (label instanceof String text && text.isEmpty())) {
        throw new DataException(
            "%s: label '%s' expects a class, got a missing value in %s; correct or leave out such rows"
                .formatted(columns.key(), columns.label(), row.describe(columns.names())));
      }
      gather(labels, RowEncoder.category(label), columns.key(), columns.label());
    }
  }

  /** Adds the characters of a row of a running text. */
  void addCharacters(RawRow row) {
    for (int i = 0; gathersLabels && i < row.size(); i++) {
      RowEncoder.category(row.value(i))
          .codePoints()
          .mapToObj(Character::toString)
          .forEach(c -> gather(labels, c, columns.key(), columns.label()));
    }
  }

  /** Adds what the rows of another worker show. */
  void merge(Survey other) {
    training += other.training;
    validation += other.validation;
    for (int i = 0; i < features.size(); i++) {
      features.get(i).merge(other.features.get(i), columns.key());
    }
    other.labels.forEach(label -> gather(labels, label, columns.key(), columns.label()));
  }

  /** The features that the columns are. */
  List<Feature> features() {
    return features.stream().map(feature -> feature.feature(columns)).toList();
  }

  private static void gather(Set<String> values, String value, String key, String column) {
    values.add(value);
    if (values.size() > MOST_VALUES) {
      throw new DataException(
          "%s: column '%s' expects at most %,d different values, got more; leave it out with data.features, or make numbers of it"
              .formatted(key, column, MOST_VALUES));
    }
  }

  /** What the values of one column show. */
  private static final class ColumnSurvey implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Column column;
    private final Set<String> values = new TreeSet<>();
    private final Map<String, Long> tokens = new HashMap<>();
    private int width;
    private @Nullable String number;
    private @Nullable String text;
    private @Nullable String textRow;

    ColumnSurvey(Column column) {
      this.column = column;
    }

    void add(RawRow row, int index, Table.Columns columns) {
      Serializable value = row.value(index);
      switch (column.kind()) {
        case NUMBER -> {}
        case BYTES, NUMBERS -> {
          if (width == 0) {
            width = RowEncoder.length(value);
          }
        }
        case TOKENS -> {
          TextConfig text = Objects.requireNonNull(column.text());
          text.tokens()
              .cut(
                  RowEncoder.category(value),
                  text.lowerCase(),
                  token -> {
                    tokens.merge(token, 1L, Long::sum);
                    return true;
                  });
        }
        case CATEGORY -> gather(values, RowEncoder.category(value), columns.key(), column.name());
        case TEXT -> {
          String written = RowEncoder.category(value);
          if (!Double.isNaN(Texts.number(written))) {
            number = number == null ? written : number;
            return;
          }
          gather(values, written, columns.key(), column.name());
          if (text == null && !columns.missing().contains(written)) {
            text = written;
            textRow = row.describe(columns.names());
          }
        }
      }
    }

    void merge(ColumnSurvey other, String key) {
      width = width == 0 ? other.width : width;
      number = number == null ? other.number : number;
      if (text == null) {
        text = other.text;
        textRow = other.textRow;
      }
      other.tokens.forEach((token, count) -> tokens.merge(token, count, Long::sum));
      other.values.forEach(value -> gather(values, value, key, column.name()));
    }

    Feature feature(Table.Columns columns) {
      String name = column.name();
      return switch (column.kind()) {
        case NUMBER -> Feature.Numeric.number(name);
        case BYTES -> new Feature.Numeric(name, requiredWidth(columns.key()), column.channels());
        case TOKENS -> tokens(columns.key());
        case NUMBERS -> {
          int numbers = requiredWidth(columns.key());
          yield new Feature.Numeric(name, numbers, numbers);
        }
        case CATEGORY -> vocabulary();
        case TEXT -> {
          if (number != null && text != null) {
            throw new DataException(
                "%s: column '%s' expects a number in each row as in others, such as %s, got '%s' in %s; correct or leave out such rows, or list the categories with data.categorical"
                    .formatted(columns.key(), name, number, text, textRow));
          }
          yield number != null ? Feature.Numeric.number(name) : vocabulary();
        }
      };
    }

    /** The most frequent tokens; of equally frequent ones, those that come first. */
    private Feature tokens(String key) {
      TextConfig text = Objects.requireNonNull(column.text());
      if (tokens.isEmpty()) {
        throw new DataException(
            "%s: column '%s' expects at least one token in the training rows, got none"
                .formatted(key, column.name()));
      }
      List<String> frequent =
          tokens.entrySet().stream()
              .sorted(
                  Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                      .thenComparing(Map.Entry.comparingByKey(Texts.CODE_POINTS)))
              .limit(text.vocabulary() - Feature.Text.FIRST)
              .map(Map.Entry::getKey)
              .toList();
      return new Feature.Text(
          column.name(), text.tokens(), text.lowerCase(), text.length(), frequent);
    }

    private Feature vocabulary() {
      List<String> sorted = new ArrayList<>(values);
      sorted.sort(Texts.CODE_POINTS);
      return new Feature.Categorical(column.name(), sorted);
    }

    private int requiredWidth(String key) {
      if (width == 0) {
        throw new DataException(
            "%s: column '%s' expects at least one number in a row, got none"
                .formatted(key, column.name()));
      }
      return width;
    }
  }
}
