package io.sparrowml.spark.ingest;

import io.sparrowml.data.Feature;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.tensor.DType;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * Turns the rows of a data frame, as Spark itself holds them, into raw rows. Columns are found by
 * the names of a model's features.
 */
public final class ScoringEncoder implements Serializable {
  private static final long serialVersionUID = 1L;

  private final RowReader reader;
  private final RowEncoder encoder;
  private final int[] columns;
  private final int[] bytes;
  private final ColumnWriter[] writers;

  /**
   * An encoder for rows of a schema.
   *
   * @throws DataException when a column is missing or of a type that cannot be used
   */
  public ScoringEncoder(Preprocessing preprocessing, StructType schema) {
    List<Feature> features = preprocessing.features();
    Table.Columns found =
        new Table.Columns(
            "input", FrameReader.columns(features, schema, "input"), "", DataConfig.MISSING);
    this.reader = new RowReader(schema, found.features(), "input", true);
    this.encoder = new RowEncoder(found, features, null, preprocessing.fills());
    DType storage = encoder.format().storage();
    this.columns = new int[features.size()];
    this.bytes = new int[features.size()];
    this.writers = new ColumnWriter[features.size()];
    for (int i = 0; i < columns.length; i++) {
      Feature feature = features.get(i);
      columns[i] = RowReader.index(schema, feature.name(), "input");
      bytes[i] = feature.rawWidth() * storage.bytes();
      writers[i] =
          ColumnWriter.of(feature, schema.apply(columns[i]).dataType(), storage == DType.UINT8);
    }
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
  public void encode(InternalRow row, Rows into, int at) {
    ByteBuffer out = into.features().block().buffer();
    int position = at * encoder.format().featureBytes();
    RawRow raw = null;
    for (int i = 0; i < columns.length; i++) {
      if (!writers[i].write(row, columns[i], out, position)) {
        raw = raw == null ? reader.read(row) : raw;
        encoder.feature(raw, i, out, position);
      }
      position += bytes[i];
    }
  }
}
