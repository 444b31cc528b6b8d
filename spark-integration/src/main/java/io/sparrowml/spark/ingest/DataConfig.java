package io.sparrowml.spark.ingest;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.data.Normalize;
import io.sparrowml.tensor.Shape;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code data:} section of a configuration. What is missing (null) gets its default here.
 *
 * @param format required
 * @param train required; the training rows
 * @param test rows for the final metrics
 * @param validation default: none
 * @param label the column of the labels; default {@code label}
 * @param features the columns that the network sees; default: all but the label
 * @param categorical those of them that are categories; default: the columns of strings, which in
 *     CSV are those without any number
 * @param text those of them that are texts, to become sequences of ids; default: none
 * @param weight the column by which the loss of each row is multiplied; default: none
 * @param window text: how it is cut into rows; required there
 * @param classes the labels, in the order of the network's outputs; default: those of the training
 *     rows, sorted
 * @param normalize default {@code standard}
 * @param normalizeLabel the same for a label that is a number; default {@code none}
 * @param header CSV: whether the first line names the columns; default: unless {@code columns} do
 * @param columns CSV: the names of the columns, where the file has none
 * @param delimiter CSV: what separates values; default a comma
 * @param quote CSV: what surrounds values that hold separators; empty for nothing; default: double
 *     quotes
 * @param trim CSV: whether white space around values is dropped; default true
 * @param missing what stands for a missing number; default: nothing, ?, NA, NaN, null
 * @param fillMissing what a missing number becomes; default: none may be missing
 */
public record DataConfig(
    Format format,
    Source train,
    @Nullable Source test,
    @Default("0") Validation validation,
    @Default("label") String label,
    @Nullable List<String> features,
    @Nullable List<String> categorical,
    @Nullable Map<String, TextConfig> text,
    @Nullable String weight,
    @Nullable WindowConfig window,
    @Nullable List<ClassValues> classes,
    @Default("standard") Normalize normalize,
    @Default("none") Normalize normalizeLabel,
    @Nullable Boolean header,
    @Nullable List<String> columns,
    @Default(",") String delimiter,
    @Default("\"") String quote,
    @Default("true") Boolean trim,
    @Default("['', '?', 'NA', 'NaN', 'null']") List<String> missing,
    @Default("error") FillMissing fillMissing) {
  /** What stands for a missing number unless the configuration says otherwise. */
  public static final List<String> MISSING = List.of("", "?", "NA", "NaN", "null");

  /** Fills in defaults and checks the rest. */
  public DataConfig {
    if (format == null) {
      throw new ConfigException(
          "data.format: expects one of [idx, cifar10, csv, parquet, libsvm, text,"
              + " synthetic-digits], got nothing");
    }
    if (train == null) {
      throw new ConfigException("data.train: expects the training rows, got nothing");
    }
    validation = or(validation, Validation.NONE);
    label = or(label, "label");
    normalize = or(normalize, Normalize.STANDARD);
    normalizeLabel = or(normalizeLabel, Normalize.NONE);
    header = or(header, columns == null);
    delimiter = or(delimiter, ",");
    quote = or(quote, "\"");
    trim = or(trim, true);
    missing = List.copyOf(or(missing, MISSING));
    fillMissing = or(fillMissing, FillMissing.ERROR);
    text = text == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(text));
    features = copy(features);
    categorical = copy(categorical);
    columns = copy(columns);
    classes = copy(classes);
    checkSources(format, train, test, validation);
    checkNames(features, label, categorical, columns);
    checkClasses(classes);
    checkColumns(format, text, weight, label, features, categorical);
    checkWindow(format, window, classes);
    if (quote.length() > 1) {
      throw new ConfigException("data.quote: expects one character, or none, got '" + quote + "'");
    }
    if (delimiter.isEmpty()) {
      throw new ConfigException("data.delimiter: expects at least one character, got none");
    }
    if (format == Format.CSV && Boolean.FALSE.equals(header) && columns == null) {
      throw new ConfigException(
          "data.columns: expects the names of the columns where data.header is false, got nothing");
    }
  }

  /** Whether the first line of a CSV file names the columns. */
  @Override
  public Boolean header() {
    return header == null ? columns == null : header;
  }

  /** The shape of a row's labels: {@code []} for one, {@code [t]} for a sequence. */
  public Shape target() {
    return window == null ? Shape.of() : Shape.of(window.context());
  }

  private static <T> T or(@Nullable T given, T otherwise) {
    return given == null ? otherwise : given;
  }

  private static <T> @Nullable List<T> copy(@Nullable List<T> values) {
    return values == null ? null : List.copyOf(values);
  }

  private static void checkSources(
      Format format, Source train, @Nullable Source test, Validation validation) {
    train.check(format, "data.train");
    if (test != null) {
      test.check(format, "data.test");
    }
    if (validation.source() != null) {
      validation.source().check(format, "data.validation");
    }
  }

  private static void checkNames(
      @Nullable List<String> features,
      String label,
      @Nullable List<String> categorical,
      @Nullable List<String> columns) {
    if (features != null) {
      distinct("data.features", features);
      if (features.isEmpty() || features.contains(label)) {
        throw new ConfigException(
            "data.features: expects at least one column and not the label '"
                + label
                + "', got "
                + features);
      }
    }
    if (categorical != null) {
      distinct("data.categorical", categorical);
    }
    if (columns != null) {
      distinct("data.columns", columns);
    }
  }

  private static void checkColumns(
      Format format,
      @Nullable Map<String, TextConfig> text,
      @Nullable String weight,
      String label,
      @Nullable List<String> features,
      @Nullable List<String> categorical) {
    for (String key : List.of("text", "weight")) {
      if (!format.hasColumns() && (key.equals("text") ? text != null : weight != null)) {
        throw new ConfigException(
            "data.%s: expects a format with columns, csv or parquet; leave it out".formatted(key));
      }
    }
    if (weight != null
        && (weight.equals(label) || (features != null && features.contains(weight)))) {
      throw new ConfigException(
          "data.weight: expects a column that is neither the label nor a feature, got '%s'"
              .formatted(weight));
    }
    if (text != null && categorical != null) {
      for (String name : text.keySet()) {
        if (categorical.contains(name)) {
          throw new ConfigException(
              "data.text: expects columns that data.categorical does not name, got '%s'"
                  .formatted(name));
        }
      }
    }
  }

  private static void checkWindow(
      Format format, @Nullable WindowConfig window, @Nullable List<ClassValues> classes) {
    if (format == Format.TEXT && window == null) {
      throw new ConfigException(
          "data.window: expects {context: N}, how many characters a row of the format text has, got"
              + " nothing");
    }
    if (format != Format.TEXT && window != null) {
      throw new ConfigException("data.window: expects the format text; leave it out");
    }
    if (format == Format.TEXT && classes != null) {
      throw new ConfigException(
          "data.classes: the format text expects none, as its classes are the characters; leave it"
              + " out");
    }
  }

  private static void checkClasses(@Nullable List<ClassValues> classes) {
    if (classes == null) {
      return;
    }
    distinct("data.classes", classes.stream().flatMap(c -> c.values().stream()).toList());
    if (classes.size() < 2) {
      throw new ConfigException("data.classes: expects at least 2 classes, got " + classes.size());
    }
  }

  private static void distinct(String key, List<String> values) {
    Set<String> seen = new HashSet<>();
    for (String value : values) {
      if (!seen.add(value)) {
        throw new ConfigException(key + ": expects each value once, got '" + value + "' twice");
      }
    }
  }
}
