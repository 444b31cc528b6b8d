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
 * The rows of a table at given places, {@code [rows, ...row], [...] -> [..., ...row]}: how words
 * find their vectors. Ids are whole numbers in [0, rows); another one is a {@link
 * io.sparrowml.kernel.KernelException} when this is computed.
 */
public record Gather() implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    if (in.get(0).rank() == 0) {
      throw new ShapeException("gather expects a table [rows, ...], got " + in.get(0));
    }
    return behind(in.get(1), in.get(0).from(1));
  }

  /** The axes of one shape behind those of another. */
  static Shape behind(Shape outer, Shape inner) {
    Shape all = outer;
    for (int axis = 0; axis < inner.rank(); axis++) {
      all = all.append(inner.dim(axis));
    }
    return all;
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.movement().gather(in.get(0), in.get(1), out);
  }

  /** Each row of the table gets the sum over the places that it went to. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value table = in.get(0);
    Op scatter = new ScatterRows(table.shape().dim(0));
    return Arrays.asList(table.engine().apply(scatter, List.of(in.get(1), dOut)), null);
  }
}
