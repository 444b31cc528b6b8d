package io.sparrowml.spark.cli;

import io.sparrowml.spark.ingest.Format;
import java.util.Locale;

/** The format of an input that is only named by its path. */
final class Inputs {
  private Inputs() {}

  /** CSV where the name ends so, packed or not; else Parquet. */
  static Format format(String path) {
    String name = path.toLowerCase(Locale.ROOT);
    return name.endsWith(".csv") || name.endsWith(".csv.gz") ? Format.CSV : Format.PARQUET;
  }
}
