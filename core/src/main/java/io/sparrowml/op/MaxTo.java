package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The greatest number over the leading axes that the target lacks and over those where its extent
 * is 1; the greatest of none is negative infinity. Where several are the greatest, they share the
 * gradient evenly, as in PyTorch's {@code amax}.
 *
 * @param target the shape to have
 */
public record MaxTo(Shape target) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    return Reduction.infer("max", in.get(0), target);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.selections().maxTo(in.get(0), out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value greatest = in.get(0).equalTo(out);
    return List.of(greatest.multiply(dOut.divide(greatest.sumTo(target))));
  }
}
