package io.sparrowml.spark.ingest;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.Feature;
import io.sparrowml.spark.ingest.Column.Kind;
import io.sparrowml.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a frame: chooses columns, and finds what each is. */
final class FrameReader {
  private FrameReader() {}

  /**
   * The rows of a frame.
   *
   * @param config which columns, how labels and categories are named
   * @param saved the features of a model, or null to take those that the configuration names
   */
  static Table read(
      Frame frame, String key, DataConfig config, Target target, @Nullable List<Feature> saved) {
    StructType schema = frame.schema();
    List<Column> features =
        saved == null ? configured(frame, key, config) : columns(saved, schema, key);
    Table.Columns columns =
        new Table.Columns(
            key, features, config.label(), Shape.of(), config.weight(), config.missing());
    List<Column> all = new ArrayList<>(features);
    all.add(new Column(config.label(), target == Target.CLASSES ? Kind.CATEGORY : Kind.NUMBER));
    if (config.weight() != null) {
      all.add(new Column(config.weight(), Kind.NUMBER));
    }
    RowReader reader = new RowReader(schema, all, key, config.trim());
    return new Table(columns, frame.rows().map(reader::read));
  }

  private static List<Column> configured(Frame frame, String key, DataConfig config) {
    StructType schema = frame.schema();
    List<String> present = Arrays.asList(schema.fieldNames());
    require(present, List.of(config.label()), "data.label");
    if (config.weight() != null) {
      require(present, List.of(config.weight()), "data.weight");
    }
    List<String> names = config.features();
    if (names == null) {
      names =
          present.stream()
              .filter(name -> !name.equals(config.label()) && !name.equals(config.weight()))
              .toList();
    }
    require(present, names, "data.features");
    Map<String, TextConfig> texts = config.text() == null ? Map.of() : config.text();
    require(names, List.copyOf(texts.keySet()), "data.text");
    List<String> categorical = config.categorical();
    if (categorical != null) {
      require(names, categorical, "data.categorical");
    }
    List<Column> columns = new ArrayList<>();
    for (String name : names) {
      Kind natural = kind(schema.apply(name).dataType(), key, name);
      boolean text = natural == Kind.CATEGORY;
      TextConfig tokens = texts.get(name);
      if (tokens != null) {
        requireText(text, key, name, schema.apply(name).dataType());
        columns.add(Column.tokens(name, tokens));
        continue;
      }
      Kind kind = natural;
      if (categorical != null && (text || natural == Kind.NUMBER)) {
        kind = categorical.contains(name) ? Kind.CATEGORY : Kind.NUMBER;
      } else if (text && frame.textual()) {
        kind = Kind.TEXT;
      }
      columns.add(new Column(name, kind));
    }
    if (columns.isEmpty()) {
      throw new ConfigException(
          "data.features: expects at least one column besides the label, got " + present);
    }
    return columns;
  }

  /** The columns that hold the features of a model. */
  static List<Column> columns(List<Feature> features, StructType schema, String key) {
    List<Column> columns = new ArrayList<>();
    for (Feature feature : features) {
      RowReader.index(schema, feature.name(), key);
      DataType type = schema.apply(feature.name()).dataType();
      Kind kind = feature instanceof Feature.Text ? Kind.TOKENS : Kind.CATEGORY;
      if (kind == Kind.TOKENS) {
        requireText(type instanceof StringType, key, feature.name(), type);
      }
      if (feature instanceof Feature.Numeric) {
        Kind natural = kind(type, key, feature.name());
        boolean several = natural == Kind.BYTES || natural == Kind.NUMBERS;
        if (feature.rawWidth() > 1 && !several) {
          throw new DataException(
              "%s: column '%s' expects arrays of %d numbers, vectors or binary, got %s"
                  .formatted(key, feature.name(), feature.rawWidth(), type.simpleString()));
        }
        kind = several ? natural : Kind.NUMBER;
      }
      columns.add(new Column(feature.name(), kind));
    }
    return columns;
  }

  private static void requireText(boolean text, String key, String name, DataType type) {
    if (!text) {
      throw new DataException(
          "%s: column '%s' expects texts, got %s".formatted(key, name, type.simpleString()));
    }
  }

  private static void require(List<String> present, List<String> names, String key) {
    for (String name : names) {
      if (!present.contains(name)) {
        throw new ConfigException(
            key + ": expects columns among " + present + ", got '" + name + "'");
      }
    }
  }

  private static Kind kind(DataType type, String key, String name) {
    if (type instanceof StringType) {
      return Kind.CATEGORY;
    }
    if (type instanceof NumericType || type instanceof BooleanType) {
      return Kind.NUMBER;
    }
    if (type instanceof BinaryType) {
      return Kind.BYTES;
    }
    boolean array = type instanceof ArrayType a && a.elementType() instanceof NumericType;
    if (array || type.equals(SQLDataTypes.VectorType())) {
      return Kind.NUMBERS;
    }
    throw new DataException(
        "%s: column '%s' expects numbers, booleans, strings, arrays of numbers, vectors or binary, got %s; leave it out with data.features"
            .formatted(key, name, type.simpleString()));
  }
}
