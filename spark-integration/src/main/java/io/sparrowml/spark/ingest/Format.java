package io.sparrowml.spark.ingest;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The formats that data is read from. */
public enum Format {
  /** A file of images and one of labels, as MNIST comes; plain or {@code .gz}. */
  @JsonProperty("idx")
  IDX,
  /** Images of 32 by 32 coloured pixels behind their label, the binary version of CIFAR-10. */
  @JsonProperty("cifar10")
  CIFAR10,
  /** Text with separators, one row a line. */
  @JsonProperty("csv")
  CSV,
  /** Parquet. */
  @JsonProperty("parquet")
  PARQUET,
  /** A label and the numbers that are not 0, one row a line. */
  @JsonProperty("libsvm")
  LIBSVM,
  /** Running text, cut into windows; the label of each character is the next one. */
  @JsonProperty("text")
  TEXT,
  /** {@link io.sparrowml.data.SyntheticDigits}. */
  @JsonProperty("synthetic-digits")
  SYNTHETIC_DIGITS;

  /** Whether rows have named columns, of which the configuration chooses. */
  boolean hasColumns() {
    return this == CSV || this == PARQUET;
  }
}
