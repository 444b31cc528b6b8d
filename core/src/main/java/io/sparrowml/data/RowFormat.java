package io.sparrowml.data;

import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import java.io.Serializable;

/**
 * How one row lies packed: {@code width} raw feature values, then the labels, then the row's weight
 * where rows have one; little-endian.
 *
 * <pre>
 * +---------+-----+---------------+-----------------+-----+----------------+
 * | value 0 | ... | value width-1 | label 0 float32 | ... | weight float32 |
 * +---------+-----+---------------+-----------------+-----+----------------+
 * </pre>
 *
 * A label is the index of a class or the target of a regression. A missing value is NaN.
 *
 * @param storage UINT8 or FLOAT32
 * @param width how many raw values a row has
 * @param target the shape of a row's labels: {@code []} for one, {@code [t]} for a sequence
 * @param weighted whether a row has a weight
 */
public record RowFormat(DType storage, int width, Shape target, boolean weighted)
    implements Serializable {
  /** Checks storage and sizes. */
  public RowFormat {
    if (storage == DType.FLOAT64 || width < 1) {
      throw new IllegalArgumentException(
          "row format expects UINT8 or FLOAT32 and a width of at least 1, got "
              + storage
              + " and "
              + width);
    }
    if (target.size() < 1) {
      throw new IllegalArgumentException(
          "row format expects at least one label a row, got a target of " + target);
    }
  }

  /** Rows of one label and no weight. */
  public RowFormat(DType storage, int width) {
    this(storage, width, Shape.of(), false);
  }

  /** The bytes of the raw values of a row. */
  public int featureBytes() {
    return width * storage.bytes();
  }

  /** How many labels a row has. */
  public int labels() {
    return Math.toIntExact(target.size());
  }

  /** The bytes of a row with its labels and its weight. */
  public int rowBytes() {
    return featureBytes() + (labels() + (weighted ? 1 : 0)) * Float.BYTES;
  }
}
