package io.sparrowml.spark.ingest;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.data.Normalize;
import java.util.HashSet;
import java.util.List;
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
 * @param classes the labels, in the order of the network's outputs; default: those of the training
 *     rows, sorted
 * @param normalize default {@code standard}
 * @param header CSV: whether the first line names the columns; default: unless {@code columns} do
 * @param columns CSV: the names of the columns, where the file has none
 * @param delimiter CSV: what separates values; default a comma
 * @param trim CSV: whether white space around values is dropped; default true
 * @param missing what stands for a missing number; default: nothing, ?, NA, NaN, null
 */
public record DataConfig(
    Format format,
    Source train,
    @Nullable Source test,
    @Default("0") Validation validation,
    @Default("label") String label,
    @Nullable List<String> features,
    @Nullable List<String> categorical,
    @Nullable List<ClassValues> classes,
    @Default("standard") Normalize normalize,
    @Nullable Boolean header,
    @Nullable List<String> columns,
    @Default(",") String delimiter,
    @Default("true") Boolean trim,
    @Default("['', '?', 'NA', 'NaN', 'null']") List<String> missing) {
  /** What stands for a missing number unless the configuration says otherwise. */
  public static final List<String> MISSING = List.of("", "?", "NA", "NaN", "null");

  /** Fills in defaults and checks the rest. */
  public DataConfig {
    if (format == null) {
      throw new ConfigException(
          "data.format: expects one of [idx, csv, parquet, synthetic-digits], got nothing");
    }
    if (train == null) {
      throw new ConfigException("data.train: expects the training rows, got nothing");
    }
    validation = or(validation, Validation.NONE);
    label = or(label, "label");
    normalize = or(normalize, Normalize.STANDARD);
    header = or(header, columns == null);
    delimiter = or(delimiter, ",");
    trim = or(trim, true);
    missing = List.copyOf(or(missing, MISSING));
    features = copy(features);
    categorical = copy(categorical);
    columns = copy(columns);
    classes = copy(classes);
    checkSources(format, train, test, validation);
    checkNames(features, label, categorical, columns);
    checkClasses(classes);
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
