package io.sparrowml.spark.ingest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row as they were read: a String, Double, float[] or byte[] for each column, or
 * null for a missing one; the label last.
 *
 * <p>Its {@link #content} is the same bytes for the same values, wherever they were read.
 */
final class RawRow implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_DESCRIPTION = 400;

  private final @Nullable Serializable[] values;
  private final @Nullable String where;

  /**
   * A row.
   *
   * @param where file and row, where known
   */
  RawRow(@Nullable Serializable[] values, @Nullable String where) {
    this.values = values;
    this.where = where;
  }

  @Nullable Serializable value(int column) {
    return values[column];
  }

  int size() {
    return values.length;
  }

  /** Where the row stands, for errors: file and row, else its values. */
  String describe(List<String> names) {
    if (where != null) {
      return where;
    }
    StringBuilder text = new StringBuilder("row {");
    for (int i = 0; i < values.length; i++) {
      text.append(i == 0 ? "" : ", ").append(names.get(i)).append('=').append(describe(values[i]));
    }
    return text.length() < LONGEST_DESCRIPTION
        ? text.append('}').toString()
        : text.substring(0, LONGEST_DESCRIPTION) + "...}";
  }

  private static String describe(@Nullable Serializable value) {
    if (value instanceof float[] numbers) {
      return numbers.length + " numbers";
    }
    if (value instanceof byte[] bytes) {
      return bytes.length + " bytes";
    }
    if (value instanceof Double number) {
      return Texts.of(number);
    }
    return value == null ? "" : value.toString();
  }

  /**
   * The values as bytes: for each a letter for its kind, then its length where it has one, then
   * itself, big-endian.
   */
  byte[] content() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Serializable value : values) {
        write(value, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(@Nullable Serializable value, DataOutputStream out) throws IOException {
    if (value == null) {
      out.writeByte('0');
    } else if (value instanceof String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      out.writeByte('T');
      out.writeInt(utf8.length);
      out.write(utf8);
    } else if (value instanceof Double number) {
      out.writeByte('N');
      out.writeDouble(number);
    } else if (value instanceof byte[] raw) {
      out.writeByte('B');
      out.writeInt(raw.length);
      out.write(raw);
    } else {
      float[] numbers = (float[]) value;
      out.writeByte('F');
      out.writeInt(numbers.length);
      for (float number : numbers) {
        out.writeFloat(number);
      }
    }
  }

  /** The row of a content. */
  static RawRow of(byte[] content, int columns) {
    @Nullable Serializable[] values = new Serializable[columns];
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
      for (int i = 0; i < columns; i++) {
        values[i] = read(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new RawRow(values, null);
  }

  private static @Nullable Serializable read(DataInputStream in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case '0' -> null;
      case 'T' -> new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
      case 'N' -> in.readDouble();
      case 'B' -> in.readNBytes(in.readInt());
      case 'F' -> {
        float[] numbers = new float[in.readInt()];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = in.readFloat();
        }
        yield numbers;
      }
      default -> throw new IOException("content of a row expects a kind of value, got " + kind);
    };
  }

  @Override
  public String toString() {
    return Arrays.deepToString(values);
  }
}
