package io.sparrowml.spark.ingest;

import io.sparrowml.data.Feature;
import io.sparrowml.data.RowFormat;
import io.sparrowml.tensor.DType;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns rows as they were read into packed rows: numbers as they are (NaN for a missing one, where
 * it will be filled in), categories by their index in the vocabulary of the training rows (-1 for
 * an unseen one), texts by the ids of their tokens, labels by the index of their class.
 */
final class RowEncoder implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Table.Columns columns;
  private final List<Feature> features;
  private final List<Map<String, Integer>> vocabularies = new ArrayList<>();
  private final @Nullable Classes classes;
  private final boolean fills;
  private final RowFormat format;

  /**
   * An encoder.
   *
   * @param features what the columns mean, one for each
   * @param classes null where labels are numbers
   * @param fills whether missing numbers will be filled in
   */
  RowEncoder(
      Table.Columns columns, List<Feature> features, @Nullable Classes classes, boolean fills) {
    this.columns = columns;
    this.features = List.copyOf(features);
    this.classes = classes;
    this.fills = fills;
    for (Feature feature : features) {
      Map<String, Integer> vocabulary = new HashMap<>();
      if (feature instanceof Feature.Categorical categorical) {
        categorical.values().forEach(value -> vocabulary.put(value, vocabulary.size()));
      } else if (feature instanceof Feature.Text text) {
        int first = Feature.Text.FIRST;
        text.vocabulary().forEach(token -> vocabulary.put(token, first + vocabulary.size()));
      }
      vocabularies.add(vocabulary);
    }
    boolean bytes = columns.features().stream().allMatch(c -> c.kind() == Column.Kind.BYTES);
    int width = features.stream().mapToInt(Feature::rawWidth).sum();
    this.format =
        new RowFormat(
            bytes ? DType.UINT8 : DType.FLOAT32, width, columns.target(), columns.weight() != null);
  }

  RowFormat format() {
    return format;
  }

  /**
   * Writes the raw values of a row.
   *
   * @param out little-endian
   * @param at where the row begins in it, in bytes
   * @throws DataException when a value is missing, no number, or not finite
   */
  void features(RawRow row, ByteBuffer out, int at) {
    int position = at;
    for (int i = 0; i < features.size(); i++) {
      feature(row, i, out, position);
      position += features.get(i).rawWidth() * format.storage().bytes();
    }
  }

  /**
   * Writes the raw values of one feature of a row.
   *
   * @param at where they begin, in bytes
   * @throws DataException when a value is missing, no number, or not finite
   */
  void feature(RawRow row, int i, ByteBuffer out, int at) {
    Feature feature = features.get(i);
    if (format.storage() == DType.UINT8) {
      byte[] bytes = (byte[]) several(row, i, feature.rawWidth());
      out.put(at, bytes);
    } else if (feature instanceof Feature.Categorical) {
      out.putFloat(at, category(row, i));
    } else if (feature instanceof Feature.Text text) {
      ids(row, i, text, out, at);
    } else if (holdsSeveral(i)) {
      numbers(several(row, i, feature.rawWidth()), row, i, out, at);
    } else {
      out.putFloat(at, number(row, i, feature.name(), fills));
    }
  }

  private boolean holdsSeveral(int column) {
    Column.Kind kind = columns.features().get(column).kind();
    return kind == Column.Kind.NUMBERS || kind == Column.Kind.BYTES;
  }

  private float category(RawRow row, int column) {
    return vocabularies.get(column).getOrDefault(category(row.value(column)), -1);
  }

  /** The text of a category; a missing one is the empty text. */
  static String category(@Nullable Serializable value) {
    return value == null ? "" : value instanceof Double d ? Texts.of(d) : value.toString();
  }

  /** The ids of a text's first tokens, then padding; a missing text has no tokens. */
  private void ids(RawRow row, int column, Feature.Text feature, ByteBuffer out, int at) {
    Map<String, Integer> vocabulary = vocabularies.get(column);
    int end = at + feature.length() * Float.BYTES;
    int[] position = {at};
    feature
        .tokens()
        .cut(
            category(row.value(column)),
            feature.lowerCase(),
            token -> {
              out.putFloat(position[0], vocabulary.getOrDefault(token, Feature.Text.UNKNOWN));
              position[0] += Float.BYTES;
              return position[0] < end;
            });
    for (; position[0] < end; position[0] += Float.BYTES) {
      out.putFloat(position[0], Feature.Text.PADDING);
    }
  }

  private boolean missing(@Nullable Serializable value, boolean fill) {
    return value == null
        || (value instanceof String text && columns.missing().contains(text))
        || (fill && value instanceof Double number && number.isNaN());
  }

  private float number(RawRow row, int column, String name, boolean fill) {
    Serializable value = row.value(column);
    if (value == null || missing(value, fill)) {
      if (fill) {
        return Float.NaN;
      }
      throw error(
          name, "a number", "a missing value" + (value == null ? "" : " " + quoted(value)), row);
    }
    double number = value instanceof String text ? Texts.number(text) : (Double) value;
    if (value instanceof String && Double.isNaN(number)) {
      throw error(name, "a number", quoted(value), row);
    }
    if (!Float.isFinite((float) number)) {
      throw error(name, "a finite number of float32", String.valueOf(value), row);
    }
    return (float) number;
  }

  private Serializable several(RawRow row, int column, int width) {
    Serializable value = row.value(column);
    int got = length(value);
    if (got != width) {
      String what = value == null ? "a missing value" : "one of " + got;
      throw error(features.get(column).name(), "an array of " + width, what, row);
    }
    return Objects.requireNonNull(value);
  }

  /** How many numbers a value holds; 0 for a missing one. */
  static int length(@Nullable Serializable value) {
    return value instanceof byte[] bytes ? bytes.length : value instanceof float[] f ? f.length : 0;
  }

  private void numbers(Serializable value, RawRow row, int column, ByteBuffer out, int at) {
    int position = at;
    if (value instanceof byte[] bytes) {
      for (byte b : bytes) {
        out.putFloat(position, b & 0xff);
        position += Float.BYTES;
      }
      return;
    }
    for (float number : (float[]) value) {
      if (!Float.isFinite(number)) {
        int index = (position - at) / Float.BYTES;
        throw error(
            features.get(column).name(),
            "finite numbers of float32",
            number + " at index " + index,
            row);
      }
      out.putFloat(position, number);
      position += Float.BYTES;
    }
  }

  /**
   * Appends the labels of a row: the index of its class, or its number, or the index of the class
   * of each of its characters.
   *
   * @throws DataException when it is missing, of no class, or no number
   */
  void labels(RawRow row, ByteBuffer out) {
    if (classes == null) {
      out.putFloat(number(row, features.size(), columns.label(), false));
    } else {
      label(row, columns, classes, out::putFloat);
    }
  }

  /**
   * The weight of a row.
   *
   * @throws DataException when it is missing, negative or no number
   */
  float weight(RawRow row) {
    int column = features.size() + 1;
    String name = columns.names().get(column);
    float weight = number(row, column, name, false);
    if (weight < 0) {
      throw error(name, "a weight of at least 0", Texts.of(weight), row);
    }
    return weight;
  }

  /** Checks that the label of a row is of a class. */
  static void check(RawRow row, Table.Columns columns, Classes classes) {
    label(row, columns, classes, index -> {});
  }

  private static void label(
      RawRow row, Table.Columns columns, Classes classes, IntConsumer indices) {
    String label = category(row.value(columns.features().size()));
    if (columns.sequence()) {
      label
          .codePoints()
          .forEach(c -> indices.accept(index(Character.toString(c), row, columns, classes)));
    } else {
      indices.accept(index(label, row, columns, classes));
    }
  }

  private static int index(String text, RawRow row, Table.Columns columns, Classes classes) {
    int index = classes.index(text);
    if (index < 0 && columns.sequence()) {
      throw new DataException(
          "%s: expects the %d characters of the training text, got '%s' (U+%04X) in %s; leave it out or replace it"
              .formatted(
                  columns.key(),
                  classes.names().size(),
                  text,
                  text.codePointAt(0),
                  row.describe(columns.names())));
    }
    if (index < 0) {
      throw new DataException(
          "%s: label '%s' expects one of %s, got '%s' in %s; correct it or see data.classes"
              .formatted(
                  columns.key(),
                  columns.label(),
                  classes.names(),
                  text,
                  row.describe(columns.names())));
    }
    return index;
  }

  private static String quoted(Serializable value) {
    return "'" + value + "'";
  }

  private DataException error(String name, String contract, String got, RawRow row) {
    return new DataException(
        "%s: column '%s' expects %s, got %s in %s; correct or leave out such rows, or leave out the column with data.features"
            .formatted(columns.key(), name, contract, got, row.describe(columns.names())));
  }
}
