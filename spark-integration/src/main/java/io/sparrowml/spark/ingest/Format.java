package io.sparrowml.spark.ingest;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The formats that data is read from. */
public enum Format {
  /** A file of images and one of labels, as MNIST comes; plain or {@code .gz}. */
  @JsonProperty("idx")
  IDX,
  /** Text with separators, one row a line. */
  @JsonProperty("csv")
  CSV,
  /** Parquet. */
  @JsonProperty("parquet")
  PARQUET,
  /** {@link io.sparrowml.data.SyntheticDigits}. */
  @JsonProperty("synthetic-digits")
  SYNTHETIC_DIGITS
}
