package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import java.util.Arrays;

/** Movement as its definitions say. */
final class PlainMovement implements Movement {
  private final Scratch scratch;

  PlainMovement(Scratch scratch) {
    this.scratch = scratch;
  }

  @Override
  public Kernel copy(Tensor x, View source, Tensor out, View target) {
    int[] from = source.places();
    int[] to = target.places();
    return () -> {
      double[] numbers = scratch.doubles(0, x);
      double[] all = scratch.doubles(1, out);
      for (int i = 0; i < from.length; i++) {
        all[to[i]] = numbers[from[i]];
      }
      out.write(0, all, out.size());
    };
  }

  @Override
  public Kernel fill(double number, Tensor out) {
    return () -> {
      double[] all = scratch.doubles(0, out.size());
      Arrays.fill(all, 0, out.size(), number);
      out.write(0, all, out.size());
    };
  }

  @Override
  public Kernel gather(Tensor table, Tensor ids, Tensor out) {
    int rows = table.shape().dim(0);
    int width = Math.toIntExact(table.shape().from(1).size());
    return () -> {
      double[] places = scratch.doubles(0, ids);
      double[] row = scratch.doubles(1, width);
      for (int i = 0; i < ids.size(); i++) {
        table.read(Movement.row("gather", places[i], rows, i) * width, row, width);
        out.write(i * width, row, width);
      }
    };
  }

  @Override
  public Kernel scatterRows(Tensor ids, Tensor x, Tensor out) {
    int rows = out.shape().dim(0);
    int width = Math.toIntExact(out.shape().from(1).size());
    return () -> {
      double[] places = scratch.doubles(0, ids);
      double[] sums = scratch.zeros(1, out.size());
      double[] row = scratch.doubles(2, width);
      for (int i = 0; i < ids.size(); i++) {
        int at = Movement.row("scatter rows", places[i], rows, i) * width;
        x.read(i * width, row, width);
        for (int k = 0; k < width; k++) {
          sums[at + k] += row[k];
        }
      }
      out.write(0, sums, out.size());
    };
  }
}
