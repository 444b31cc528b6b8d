package io.sparrowml.spark.ingest;

/** What a label is; it follows from the loss. */
public enum Target {
  /** One of a list of classes; a row holds its index. */
  CLASSES,
  /** A number to be predicted. */
  NUMBER
}
