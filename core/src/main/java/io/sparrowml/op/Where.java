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
 * Number by number {@code condition != 0 ? a : b}, of three values of one shape. What is not chosen
 * has no influence, not even NaN.
 */
public record Where() implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    if (!in.get(0).equals(in.get(1)) || !in.get(0).equals(in.get(2))) {
      throw new ShapeException(
          "where expects three values of one shape, got %s, %s and %s".formatted(in.toArray()));
    }
    return in.get(0);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.selections().where(in.get(0), in.get(1), in.get(2), out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value condition = in.get(0);
    Value zeros = dOut.engine().full(dOut, 0);
    return Arrays.asList(null, condition.where(dOut, zeros), condition.where(zeros, dOut));
  }
}
