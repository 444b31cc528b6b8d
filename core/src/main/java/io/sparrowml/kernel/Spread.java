package io.sparrowml.kernel;

import io.sparrowml.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * How a shape stretches to a larger one, where both can be seen as matrices: {@code [fromRows,
 * fromColumns]} to {@code [rows, columns]}, each extent either kept or stretched from 1.
 *
 * <p>Biases, scales per row, and scalars are such: {@code [512]} to {@code [128, 512]}, {@code
 * [128, 1]} to {@code [128, 10]}, {@code []} to {@code [128]}, which counts as one row.
 */
record Spread(int rows, int columns, int fromRows, int fromColumns) {
  /** The spread between two shapes, or null when it takes more than two axes to describe. */
  static @Nullable Spread of(Shape small, Shape large) {
    int[] runs = {1, 1};
    boolean[] kept = {true, true};
    int run = -1;
    for (int back = 1; back <= large.rank(); back++) {
      int extent = large.dim(-back);
      if (extent == 1) {
        continue;
      }
      boolean keeps = back <= small.rank() && small.dim(-back) == extent;
      if (run < 0 || keeps != kept[run]) {
        run++;
        if (run == 2) {
          return null;
        }
        kept[run] = keeps;
      }
      runs[run] *= extent;
    }
    return new Spread(runs[1], runs[0], kept[1] ? runs[1] : 1, kept[0] ? runs[0] : 1);
  }

  /** Whether nothing is stretched. */
  boolean isSame() {
    return rows == fromRows && columns == fromColumns;
  }

  /** Whether whole rows are repeated. */
  boolean repeatsRows() {
    return rows != fromRows;
  }
}
