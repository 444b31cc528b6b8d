package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sums over the leading axes that the target lacks and over those where its extent is 1: what
 * undoes broadcasting.
 *
 * @param target the shape to have
 */
public record SumTo(Shape target) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    return Reduction.infer("sum", in.get(0), target);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.sumTo(in.get(0), out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.broadcastTo(in.get(0).shape()));
  }
}
