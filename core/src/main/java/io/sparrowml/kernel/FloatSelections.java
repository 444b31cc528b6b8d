package io.sparrowml.kernel;

import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;

/**
 * The selections over FLOAT32; what is not, and the greatest over axes that do not lie together, is
 * left to {@link PlainSelections}.
 */
record FloatSelections(Scratch scratch, PlainSelections plain) implements Selections {
  private static final int CHUNK = 2048;

  @Override
  public Kernel where(Tensor condition, Tensor a, Tensor b, Tensor out) {
    if (out.dtype() != DType.FLOAT32) {
      return plain.where(condition, a, b, out);
    }
    int size = out.size();
    return () -> {
      float[] conditions = scratch.floats(0, CHUNK);
      float[] chosen = scratch.floats(1, CHUNK);
      float[] others = scratch.floats(2, CHUNK);
      for (int from = 0; from < size; from += CHUNK) {
        int length = Math.min(CHUNK, size - from);
        condition.read(from, conditions, 0, length);
        a.read(from, chosen, 0, length);
        b.read(from, others, 0, length);
        for (int i = 0; i < length; i++) {
          chosen[i] = conditions[i] != 0 ? chosen[i] : others[i];
        }
        out.write(from, chosen, 0, length);
      }
    };
  }

  @Override
  public Kernel maxTo(Tensor x, Tensor out) {
    Spread spread = Spread.of(out.shape(), x.shape());
    if (out.dtype() != DType.FLOAT32 || x.size() == 0 || spread == null) {
      return plain.maxTo(x, out);
    }
    if (spread.isSame()) {
      return () -> out.copyFrom(x);
    }
    int rows = spread.rows();
    int columns = spread.columns();
    return spread.repeatsRows() ? ofColumns(x, rows, columns, out) : ofRows(x, rows, columns, out);
  }

  private Kernel ofRows(Tensor x, int rows, int columns, Tensor out) {
    return () -> {
      float[] row = scratch.floats(0, columns);
      float[] greatest = scratch.floats(1, rows);
      for (int n = 0; n < rows; n++) {
        x.read(n * columns, row, 0, columns);
        float max = row[0];
        for (int i = 1; i < columns; i++) {
          max = Math.max(max, row[i]);
        }
        greatest[n] = max;
      }
      out.write(0, greatest, 0, rows);
    };
  }

  private Kernel ofColumns(Tensor x, int rows, int columns, Tensor out) {
    return () -> {
      float[] row = scratch.floats(0, columns);
      float[] greatest = scratch.floats(1, columns);
      Arrays.fill(greatest, 0, columns, Float.NEGATIVE_INFINITY);
      for (int n = 0; n < rows; n++) {
        x.read(n * columns, row, 0, columns);
        for (int i = 0; i < columns; i++) {
          greatest[i] = Math.max(greatest[i], row[i]);
        }
      }
      out.write(0, greatest, 0, columns);
    };
  }

  @Override
  public Kernel argmax(Tensor x, Tensor out) {
    if (out.dtype() != DType.FLOAT32) {
      return plain.argmax(x, out);
    }
    int width = x.shape().dim(-1);
    int rows = out.size();
    return () -> {
      float[] row = scratch.floats(0, width);
      float[] places = scratch.floats(1, rows);
      for (int n = 0; n < rows; n++) {
        x.read(n * width, row, 0, width);
        places[n] = greatest(row, width);
      }
      out.write(0, places, 0, rows);
    };
  }

  private static int greatest(float[] row, int width) {
    int best = 0;
    for (int i = 1; i < width; i++) {
      if (row[i] > row[best] || (Float.isNaN(row[i]) && !Float.isNaN(row[best]))) {
        best = i;
      }
    }
    return best;
  }

  @Override
  public Kernel lookup(Tensor labels, double[] table, Tensor out) {
    return plain.lookup(labels, table, out);
  }
}
