package io.sparrowml.spark.ingest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sparrowml.config.ConfigException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a part of the data is: a path alone, {@code {images: PATH, labels: PATH}} for IDX, or
 * {@code {rows: N}} for drawn digits. Paths are of any file system that Hadoop knows.
 */
public record Source(
    @Nullable String path,
    @Nullable String images,
    @Nullable String labels,
    @Nullable Integer rows) {
  /** The canonical constructor; which components a format needs, {@link #check} knows. */
  @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
  public Source {}

  /** A path. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Source of(String path) {
    return new Source(path, null, null, null);
  }

  /** Files of images and labels. */
  public static Source idx(String images, String labels) {
    return new Source(null, images, labels, null);
  }

  /** A number of drawn digits. */
  public static Source digits(int rows) {
    return new Source(null, null, null, rows);
  }

  /** As it stands in a configuration. */
  @JsonValue
  Object value() {
    if (path != null && images == null && labels == null && rows == null) {
      return path;
    }
    Map<String, Object> keys = new LinkedHashMap<>();
    put(keys, "path", path);
    put(keys, "images", images);
    put(keys, "labels", labels);
    put(keys, "rows", rows);
    return keys;
  }

  private static void put(Map<String, Object> keys, String key, @Nullable Object value) {
    if (value != null) {
      keys.put(key, value);
    }
  }

  /**
   * Checks that this is what a format reads.
   *
   * @param key the configuration's key, for the error
   */
  void check(Format format, String key) {
    boolean fits =
        switch (format) {
          case IDX -> path == null && images != null && labels != null && rows == null;
          case CIFAR10, CSV, PARQUET, LIBSVM, TEXT ->
              path != null && images == null && labels == null && rows == null;
          case SYNTHETIC_DIGITS ->
              path == null && images == null && labels == null && rows != null && rows > 0;
        };
    if (!fits) {
      String contract =
          switch (format) {
            case IDX -> "{images: PATH, labels: PATH} for the format idx";
            case CIFAR10 -> "a path for the format cifar10";
            case CSV -> "a path for the format csv";
            case PARQUET -> "a path for the format parquet";
            case LIBSVM -> "a path for the format libsvm";
            case TEXT -> "a path for the format text";
            case SYNTHETIC_DIGITS -> "{rows: N} of at least 1 for the format synthetic-digits";
          };
      throw new ConfigException(key + ": expects " + contract + ", got " + value());
    }
  }
}
