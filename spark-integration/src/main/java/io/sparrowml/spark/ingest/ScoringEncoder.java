package io.sparrowml.spark.ingest;

import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Turns the rows of a data frame, found by the names of a model's features, into raw rows. */
public final class ScoringEncoder implements Serializable {
  private static final long serialVersionUID = 1L;

  private final RowReader reader;
  private final RowEncoder encoder;

  /**
   * An encoder for rows of a schema.
   *
   * @throws DataException when a column is missing or of a type that cannot be used
   */
  public ScoringEncoder(Preprocessing preprocessing, StructType schema) {
    Table.Columns columns =
        new Table.Columns(
            "input",
            FrameReader.columns(preprocessing.features(), schema, "input"),
            "",
            DataConfig.MISSING);
    this.reader = new RowReader(schema, columns.features(), "input", true);
    this.encoder = new RowEncoder(columns, preprocessing.features(), null, preprocessing.fills());
  }

  /** How the rows will lie. */
  public RowFormat format() {
    return encoder.format();
  }

  /**
   * Writes the raw values of a row; its label is left as it is.
   *
   * @param at which row of {@code into} it becomes
   * @throws DataException when a value is missing, no number, or not finite
   */
  public void encode(Row row, Rows into, int at) {
    encoder.features(
        reader.read(row), into.features().block().buffer(), at * encoder.format().featureBytes());
  }
}
