package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adds rows into a table of zeros, {@code [...], [..., ...row] -> [rows, ...row]}: what undoes
 * {@link Gather}. Rows with the same id are added in their order.
 *
 * @param rows of the table; ids are whole numbers in [0, rows)
 */
public record ScatterRows(int rows) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    Shape ids = in.get(0);
    Shape x = in.get(1);
    if (x.rank() < ids.rank() || !Gather.behind(ids, x.from(ids.rank())).equals(x)) {
      throw new ShapeException(
          "scatter rows expects [...] and [..., ...row], got " + ids + " and " + x);
    }
    return x.from(ids.rank()).prepend(rows);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.movement().scatterRows(in.get(0), in.get(1), out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return Arrays.asList(null, dOut.gather(in.get(0)));
  }
}
