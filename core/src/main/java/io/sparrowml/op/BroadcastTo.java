package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Repeats along the axes where the input has extent 1 or none.
 *
 * @param target the shape to have
 */
public record BroadcastTo(Shape target) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    if (!Shape.broadcast(in.get(0), target).equals(target)) {
      throw new ShapeException(
          "broadcast expects a shape that stretches to " + target + ", got " + in.get(0));
    }
    return target;
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.broadcastTo(in.get(0), out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.sumTo(in.get(0).shape()));
  }
}
