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
import org.jspecify.annotations.Nullable;

/**
 * Turns rows as they were read into packed rows: numbers as they are, categories by their index in
 * the vocabulary of the training rows (-1 for an unseen one), labels by the index of their class.
 */
final class RowEncoder implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Table.Columns columns;
  private final List<Feature> features;
  private final List<Map<String, Integer>> vocabularies = new ArrayList<>();
  private final @Nullable Classes classes;
  private final RowFormat format;

  /**
   * An encoder.
   *
   * @param features what the columns mean, one for each
   * @param classes null where labels are numbers
   */
  RowEncoder(Table.Columns columns, List<Feature> features, @Nullable Classes classes) {
    this.columns = columns;
    this.features = List.copyOf(features);
    this.classes = classes;
    for (Feature feature : features) {
      Map<String, Integer> vocabulary = new HashMap<>();
      if (feature instanceof Feature.Categorical categorical) {
        categorical.values().forEach(value -> vocabulary.put(value, vocabulary.size()));
      }
      vocabularies.add(vocabulary);
    }
    boolean bytes = columns.features().stream().allMatch(c -> c.kind() == Column.Kind.BYTES);
    int width = features.stream().mapToInt(Feature::rawWidth).sum();
    this.format = new RowFormat(bytes ? DType.UINT8 : DType.FLOAT32, width);
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
      Feature feature = features.get(i);
      if (format.storage() == DType.UINT8) {
        byte[] bytes = (byte[]) several(row, i, feature.rawWidth());
        out.put(position, bytes);
      } else if (feature instanceof Feature.Categorical) {
        out.putFloat(position, category(row, i));
      } else if (holdsSeveral(i)) {
        numbers(several(row, i, feature.rawWidth()), row, i, out, position);
      } else {
        out.putFloat(position, number(row, i, feature.name()));
      }
      position += feature.rawWidth() * format.storage().bytes();
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

  private float number(RawRow row, int column, String name) {
    Serializable value = row.value(column);
    if (value == null || (value instanceof String text && columns.missing().contains(text))) {
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
   * The label of a row: the index of its class, or its number.
   *
   * @throws DataException when it is missing, of no class, or no number
   */
  float label(RawRow row) {
    int column = features.size();
    return classes == null ? number(row, column, columns.label()) : label(row, columns, classes);
  }

  /** The index of the class of a row's label, which is its last value. */
  static int label(RawRow row, Table.Columns columns, Classes classes) {
    String text = category(row.value(row.size() - 1));
    int index = classes.index(text);
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
