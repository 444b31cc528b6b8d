package io.sparrowml.spark.ingest;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A column that is read, and what its values are.
 *
 * @param channels of images, that is of bytes
 * @param text how tokens are cut and kept; null for other kinds
 */
record Column(String name, Kind kind, int channels, @Nullable TextConfig text)
    implements Serializable {
  /** What the values of a column are. */
  enum Kind {
    /** A number a row, or the text of one. */
    NUMBER,
    /** As many numbers in each row. */
    NUMBERS,
    /** As many bytes in each row: numbers 0 to 255. */
    BYTES,
    /** A text that names a category. */
    CATEGORY,
    /** Texts: numbers or categories, as all of them together show. */
    TEXT,
    /** A text that becomes a sequence of tokens. */
    TOKENS
  }

  Column(String name, Kind kind) {
    this(name, kind, 1, null);
  }

  /** Pixels as bytes. */
  static Column image(String name, int channels) {
    return new Column(name, Kind.BYTES, channels, null);
  }

  /** A text that becomes a sequence of tokens. */
  static Column tokens(String name, TextConfig text) {
    return new Column(name, Kind.TOKENS, 1, text);
  }
}
