package io.sparrowml.spark.ingest;

import java.io.Serializable;

/** A column that is read, and what its values are. */
record Column(String name, Kind kind) implements Serializable {
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
    TEXT
  }
}
