package io.sparrowml.data;

import io.sparrowml.tensor.DType;
import java.io.Serializable;

/**
 * How one row lies packed: {@code width} raw feature values, then the label, little-endian.
 *
 * <pre>
 * +---------+---------+-----+---------------+---------------+
 * | value 0 | value 1 | ... | value width-1 | label float32 |
 * +---------+---------+-----+---------------+---------------+
 * </pre>
 *
 * The label is the index of a class or the target of a regression.
 *
 * @param storage UINT8 or FLOAT32
 * @param width how many raw values a row has
 */
public record RowFormat(DType storage, int width) implements Serializable {
  /** Checks both. */
  public RowFormat {
    if (storage == DType.FLOAT64 || width < 1) {
      throw new IllegalArgumentException(
          "row format expects UINT8 or FLOAT32 and a width of at least 1, got "
              + storage
              + " and "
              + width);
    }
  }

  /** The bytes of the raw values of a row. */
  public int featureBytes() {
    return width * storage.bytes();
  }

  /** The bytes of a row with its label. */
  public int rowBytes() {
    return featureBytes() + Float.BYTES;
  }
}
