package io.sparrowml.spark.ingest;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Takes the values of chosen columns out of the rows of a data frame. */
final class RowReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int[] indices;
  private final DataType[] types;
  private final Column.Kind[] kinds;
  private final boolean trim;

  /**
   * A reader of rows of a schema.
   *
   * @param key the configuration's key, or another name of the rows, for the error
   * @param trim whether white space around texts is dropped
   * @throws DataException when a column is missing
   */
  RowReader(StructType schema, List<Column> columns, String key, boolean trim) {
    this.indices = columns.stream().mapToInt(c -> index(schema, c.name(), key)).toArray();
    this.types =
        Arrays.stream(indices).mapToObj(i -> schema.apply(i).dataType()).toArray(DataType[]::new);
    this.kinds = columns.stream().map(Column::kind).toArray(Column.Kind[]::new);
    this.trim = trim;
  }

  /** The index of a column. */
  static int index(StructType schema, String name, String key) {
    List<String> present = Arrays.asList(schema.fieldNames());
    int index = present.indexOf(name);
    if (index < 0) {
      throw new DataException(
          key + ": expects a column '" + name + "', got the columns " + present);
    }
    return index;
  }

  /** The values of a row. */
  RawRow read(Row row) {
    @Nullable Serializable[] values = new Serializable[indices.length];
    for (int i = 0; i < indices.length; i++) {
      values[i] = value(row.get(indices[i]), kinds[i]);
    }
    return new RawRow(values, null);
  }

  /** The values of a row as Spark itself holds it: the same as of the row that users see. */
  RawRow read(InternalRow row) {
    @Nullable Serializable[] values = new Serializable[indices.length];
    for (int i = 0; i < indices.length; i++) {
      values[i] = value(seen(row, indices[i], types[i]), kinds[i]);
    }
    return new RawRow(values, null);
  }

  private static @Nullable Object seen(InternalRow row, int index, DataType type) {
    return row.isNullAt(index)
        ? null
        : CatalystTypeConverters.convertToScala(row.get(index, type), type);
  }

  private @Nullable Serializable value(@Nullable Object value, Column.Kind kind) {
    if (value == null) {
      return null;
    }
    if (value instanceof String text) {
      return trim && kind != Column.Kind.TOKENS ? text.strip() : text;
    }
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    if (value instanceof Vector vector) {
      return floats(vector.toArray());
    }
    if (value instanceof scala.collection.Seq<?> sequence) {
      return floats(sequence);
    }
    if (kind == Column.Kind.CATEGORY) {
      return text(value);
    }
    if (value instanceof Boolean flag) {
      return flag ? 1.0 : 0.0;
    }
    return ((Number) value).doubleValue();
  }

  private static String text(Object value) {
    return value instanceof Double number ? Texts.of(number) : String.valueOf(value);
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static float[] floats(scala.collection.Seq<?> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.apply(i) instanceof Number number ? number.floatValue() : Float.NaN;
    }
    return floats;
  }
}
