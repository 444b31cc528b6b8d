package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The same numbers in the same order, in another shape.
 *
 * @param target the shape to have
 */
public record Reshape(Shape target) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    if (in.get(0).size() != target.size()) {
      throw new ShapeException("reshape expects the size of " + target + ", got " + in.get(0));
    }
    return target;
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Tensor from = in.get(0);
    return () -> out.copyFrom(from);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.reshape(in.get(0).shape()));
  }
}
