package io.sparrowml.spark.ingest;

import io.sparrowml.data.Feature;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values of a column from Spark's own rows into raw rows, without an object for each.
 * What is out of the ordinary it leaves to {@link RowEncoder}.
 */
@FunctionalInterface
interface ColumnWriter extends Serializable {
  /** Leaves all values to others. */
  ColumnWriter NONE = (row, column, out, at) -> false;

  /**
   * Writes a value.
   *
   * @param at where it begins, in bytes
   * @return whether it did: not where the value is missing, of another length than expected, a text
   *     that has to be read, or not finite
   */
  boolean write(SpecializedGetters row, int column, ByteBuffer out, int at);

  /** Gives a number of a row or an array; it is exactly what was there. */
  @FunctionalInterface
  interface Getter extends Serializable {
    /** The number at an index. */
    double get(SpecializedGetters from, int index);
  }

  /**
   * The writer of a feature's column.
   *
   * @param type of the column
   * @param bytes whether raw rows hold bytes, else they hold float32
   */
  static ColumnWriter of(Feature feature, DataType type, boolean bytes) {
    if (feature instanceof Feature.Categorical categories) {
      return type instanceof StringType ? category(categories.values()) : NONE;
    }
    if (!(feature instanceof Feature.Numeric)) {
      return NONE;
    }
    int width = feature.rawWidth();
    if (type instanceof BinaryType) {
      return bytes ? bytes(width) : bytesAsNumbers(width);
    }
    if (type instanceof ArrayType array) {
      Getter getter = getter(array.elementType());
      return getter == null ? NONE : numbers(width, getter);
    }
    Getter getter = type.equals(DataTypes.LongType) ? SpecializedGetters::getLong : getter(type);
    return getter == null ? NONE : number(getter);
  }

  private static @Nullable Getter getter(DataType type) {
    if (type.equals(DataTypes.DoubleType)) {
      return SpecializedGetters::getDouble;
    } else if (type.equals(DataTypes.FloatType)) {
      return SpecializedGetters::getFloat;
    } else if (type.equals(DataTypes.IntegerType)) {
      return SpecializedGetters::getInt;
    } else if (type.equals(DataTypes.ShortType)) {
      return SpecializedGetters::getShort;
    } else if (type.equals(DataTypes.ByteType)) {
      return SpecializedGetters::getByte;
    } else if (type.equals(DataTypes.BooleanType)) {
      return (from, index) -> from.getBoolean(index) ? 1 : 0;
    }
    return null;
  }

  private static ColumnWriter number(Getter getter) {
    return (row, column, out, at) -> !row.isNullAt(column) && put(getter.get(row, column), out, at);
  }

  private static boolean put(double number, ByteBuffer out, int at) {
    out.putFloat(at, (float) number);
    return Float.isFinite((float) number);
  }

  private static ColumnWriter numbers(int width, Getter getter) {
    return (row, column, out, at) -> {
      if (row.isNullAt(column)) {
        return false;
      }
      ArrayData array = row.getArray(column);
      boolean fits = array.numElements() == width;
      for (int i = 0; fits && i < width; i++) {
        fits = !array.isNullAt(i) && put(getter.get(array, i), out, at + i * Float.BYTES);
      }
      return fits;
    };
  }

  /** Null where they are missing or of another length. */
  private static byte @Nullable [] bytes(SpecializedGetters row, int column, int width) {
    byte[] bytes = row.isNullAt(column) ? null : row.getBinary(column);
    return bytes != null && bytes.length == width ? bytes : null;
  }

  private static ColumnWriter bytes(int width) {
    return (row, column, out, at) -> {
      byte[] bytes = bytes(row, column, width);
      if (bytes == null) {
        return false;
      }
      out.put(at, bytes);
      return true;
    };
  }

  private static ColumnWriter bytesAsNumbers(int width) {
    return (row, column, out, at) -> {
      byte[] bytes = bytes(row, column, width);
      if (bytes == null) {
        return false;
      }
      for (int i = 0; i < width; i++) {
        out.putFloat(at + i * Float.BYTES, bytes[i] & 0xff);
      }
      return true;
    };
  }

  /** Those categories that white space around texts cannot hide. */
  private static ColumnWriter category(List<String> values) {
    Map<UTF8String, Integer> indices = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).equals(values.get(i).strip())) {
        indices.put(UTF8String.fromString(values.get(i)), i);
      }
    }
    return (row, column, out, at) -> {
      Integer index = row.isNullAt(column) ? null : indices.get(row.getUTF8String(column));
      if (index == null) {
        return false;
      }
      out.putFloat(at, index);
      return true;
    };
  }
}
