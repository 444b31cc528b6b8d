package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;

/** The selections as their formulas say, over numbers widened to double. */
record PlainSelections(Scratch scratch) implements Selections {
  @Override
  public Kernel where(Tensor condition, Tensor a, Tensor b, Tensor out) {
    int size = out.size();
    return () -> {
      double[] conditions = scratch.doubles(0, condition);
      double[] chosen = scratch.doubles(1, a);
      double[] others = scratch.doubles(2, b);
      for (int i = 0; i < size; i++) {
        if (conditions[i] == 0) {
          chosen[i] = others[i];
        }
      }
      out.write(0, chosen, size);
    };
  }

  @Override
  public Kernel maxTo(Tensor x, Tensor out) {
    int[] into = PlainKernels.sources(out.shape(), x.shape());
    int size = out.size();
    return () -> {
      double[] numbers = scratch.doubles(0, x);
      double[] greatest = scratch.doubles(1, size);
      Arrays.fill(greatest, 0, size, Double.NEGATIVE_INFINITY);
      for (int i = 0; i < x.size(); i++) {
        greatest[into[i]] = Math.max(greatest[into[i]], numbers[i]);
      }
      out.write(0, greatest, size);
    };
  }

  @Override
  public Kernel argmax(Tensor x, Tensor out) {
    int width = x.shape().dim(-1);
    int rows = out.size();
    return () -> {
      double[] row = scratch.doubles(0, width);
      double[] places = scratch.doubles(1, rows);
      for (int n = 0; n < rows; n++) {
        x.read(n * width, row, width);
        int best = 0;
        for (int i = 1; i < width; i++) {
          if (row[i] > row[best] || (Double.isNaN(row[i]) && !Double.isNaN(row[best]))) {
            best = i;
          }
        }
        places[n] = best;
      }
      out.write(0, places, rows);
    };
  }

  @Override
  public Kernel lookup(Tensor labels, double[] table, Tensor out) {
    int size = out.size();
    return () -> {
      double[] numbers = scratch.doubles(0, labels);
      for (int i = 0; i < size; i++) {
        numbers[i] = table[PlainKernels.label("lookup", numbers[i], table.length, i)];
      }
      out.write(0, numbers, size);
    };
  }
}
